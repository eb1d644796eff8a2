"""Which workers live: each holds a lock of the work's database for as long as its process does.

The lock ends with the process, however that ends, and stays with one that is only slow. So a worker whose lock is
free is gone, and what it had begun is queued again for the others; no clock and no heartbeat is compared.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg
import sqlalchemy.exc
from dbos import DBOS

from tenantry.engines.durable.client import address
from tenantry.kernel.errors import Conflict

LOOKS_EVERY = 10.0
GONE_AFTER = 30.0  # the locks of living workers are free for a moment when the database comes back
ENTERS_WITHIN = 10.0
MOST_HANDED_ON = 1_000
_LOCK = "hashtextextended('tenantry worker ' || %s, 0)"
log = logging.getLogger(__name__)


@dataclass
class Presence:
    """A worker's lock, and its eye on the locks of others."""

    executor: str
    _connection: psycopg.Connection | None = None
    _free_since: dict[str, float] = field(default_factory=dict)

    def enter(self) -> None:
        """Take the worker's lock; Conflict where a living process has the name."""
        deadline = time.monotonic() + ENTERS_WITHIN
        while not self._hold():
            if time.monotonic() > deadline:
                raise Conflict("A worker named {name} is running already.", name=self.executor)
            time.sleep(0.2)

    def keep(self, asked_to_stop: threading.Event) -> None:
        """Hold the lock over a lost database, and hand on what workers left that are gone."""
        while not asked_to_stop.wait(LOOKS_EVERY):
            # Without a database nothing can be said of others; the next look takes the lock anew.
            with suppress(psycopg.OperationalError, sqlalchemy.exc.DBAPIError):
                if self._hold():
                    self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Queue again the unfinished work of each worker that has been gone for a while."""
        waiting = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False, limit=MOST_HANDED_ON)
        owners = {str(one.executor_id) for one in waiting} - {self.executor}
        self._free_since = {owner: self._free_since.get(owner, now) for owner in owners if self._is_gone(owner)}
        for owner, since in self._free_since.items():
            if now - since >= GONE_AFTER and self._lock(owner):
                try:
                    _hand_on(owner)
                finally:
                    self._unlock(owner)

    def _hold(self) -> bool:
        """Whether the own lock is held, taken anew after the connection was lost."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(address(), autocommit=True, connect_timeout=5)
            if not self._lock(self.executor):
                self._connection.close()
                return False
        self._connection.execute("SELECT 1")
        return True

    def _is_gone(self, owner: str) -> bool:
        if not self._lock(owner):
            return False
        self._unlock(owner)
        return True

    def _lock(self, owner: str) -> bool:
        return self._ask(f"SELECT pg_try_advisory_lock({_LOCK})", owner)

    def _unlock(self, owner: str) -> None:
        self._ask(f"SELECT pg_advisory_unlock({_LOCK})", owner)

    def _ask(self, statement: str, owner: str) -> bool:
        if self._connection is None:
            return False
        found = self._connection.execute(statement.encode(), [owner]).fetchone()
        return bool(found and found[0])


def _hand_on(owner: str) -> None:
    left = DBOS.list_workflows(
        status="PENDING", executor_id=[owner], load_input=False, load_output=False, limit=MOST_HANDED_ON
    )
    for one in left:
        # Without its queue's name it would go to DBOS's own queue, past the region's limit.
        DBOS.resume_workflow(one.workflow_id, queue_name=one.queue_name)
    log.warning("Handed on %s unfinished tasks of a worker that is gone.", len(left))
