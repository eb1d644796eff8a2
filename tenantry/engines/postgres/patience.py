"""How long the database lets a process wait, hold and compute: a person's page, background work, a migration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Limits in seconds for one statement, for a lock, and for a transaction in which nothing happens; 0 is none."""

    statement: int
    lock: int
    idle: int

    @property
    def options(self) -> str:
        """As the server takes them when a connection begins."""
        limits = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={seconds * 1000}" for name, seconds in limits.items())


WEB = Patience(statement=15, lock=5, idle=60)  # somebody waits for the page, and gunicorn gives it 30 seconds
BACKGROUND = Patience(statement=600, lock=60, idle=600)
MIGRATION = Patience(statement=0, lock=30, idle=0)  # rewrites take their time; a queue for a lock stops everybody
