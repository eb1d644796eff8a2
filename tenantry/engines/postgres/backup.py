"""Every database of a deployment as of one moment, streamed by pg_dump.

The work, the directory and the regions are databases of their own, and no transaction spans them. So for a blink
nobody may write in any of them, and in that blink each is given a snapshot: together they stand as if all processes
had been killed at that moment, which the portal survives by design. The dumps then take as long as they take.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import IO

import psycopg
from psycopg import errors

from tenantry.engines.postgres.archive import BackupError
from tenantry.engines.postgres.server import BINARIES

Places = Mapping[str, dict[str, str]]
CHUNK = 256 * 1024
TRIES = 12
LOCK_WITHIN = "1500ms"  # less than an act of a person waits for a lock

_TABLES = """SELECT string_agg(format('%I.%I', nspname, relname), ', ' ORDER BY relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND relowner = current_user::regrole AND NOT relispartition"""


@contextmanager
def moment(places: Places) -> Iterator[dict[str, str]]:
    """A snapshot of each database, all of the same moment, for as long as one is inside.

    The order is that in which the portal nests its transactions: regions, then work and directory. BackupError where
    somebody held a table through all tries, or a server does not answer.
    """
    with ExitStack() as kept:
        try:
            readers = {name: _connected(kept, at) for name, at in places.items()}
        except psycopg.OperationalError as error:
            raise BackupError(f"A database does not answer: {_first(str(error))}") from error
        yield _snapshots(places, readers)


def _connected(kept: ExitStack, at: dict[str, str]) -> psycopg.Connection:
    connection = kept.enter_context(psycopg.connect(**at, connect_timeout=5))  # type: ignore[arg-type]  # its stub wants each key typed
    connection.execute("SET idle_in_transaction_session_timeout = 0")
    connection.commit()
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _snapshots(places: Places, readers: Mapping[str, psycopg.Connection]) -> dict[str, str]:
    for attempt in range(TRIES):
        try:
            with _nobody_writing(places):
                return {name: _exported(reader) for name, reader in readers.items()}
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            time.sleep(0.1 * (attempt + 1))
    raise BackupError("Somebody is changing a table for long, such as a migration. Try again when it is done.")


@contextmanager
def _nobody_writing(places: Places) -> Iterator[None]:
    with ExitStack() as locks:
        for at in places.values():
            _hold_writers(locks, at)
        yield


def _hold_writers(locks: ExitStack, at: dict[str, str]) -> None:
    """Let whoever writes finish, and whoever wants to begin wait; readers go on."""
    connection = locks.enter_context(psycopg.connect(**at, connect_timeout=5))  # type: ignore[arg-type]
    locks.callback(connection.rollback)
    connection.execute(f"SET lock_timeout = '{LOCK_WITHIN}'".encode())
    found = connection.execute(_TABLES).fetchone()
    if found and found[0]:
        connection.execute(f"LOCK TABLE {found[0]} IN SHARE MODE".encode())


def _exported(reader: psycopg.Connection) -> str:
    found = reader.execute("SELECT pg_export_snapshot()").fetchone()
    return str(found[0]) if found else ""


def dump(at: dict[str, str], snapshot: str) -> Iterator[bytes]:
    """The bytes of pg_dump of a database, as of a snapshot that is kept meanwhile; BackupError says what it said."""
    command = ["pg_dump", "--format=custom", "--compress=gzip:1", "--no-owner", "--no-comments", "--no-password"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(BINARIES / command[0]), *command[1:], f"--snapshot={snapshot}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=environment(at),
        )  # fmt: skip
        try:
            if process.stdout is not None:
                yield from iter(lambda: process.stdout.read(CHUNK), b"")  # type: ignore[union-attr]
            if process.wait():
                raise BackupError(f"A database could not be dumped: {last_words(said)}")
        finally:
            process.kill()
            process.communicate()


def environment(at: dict[str, str]) -> dict[str, str]:
    """Where libpq's programs connect; a password in an argument would be seen by every user of the machine."""
    names = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD"}
    given = {names[key]: value for key, value in at.items() if value}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, **given, "PGCONNECT_TIMEOUT": "5", "PGTZ": "UTC", "LC_ALL": "C"}


def last_words(said: IO[bytes]) -> str:
    """The first error of what a program has written."""
    said.seek(0)
    text = said.read(64 * 1024).decode(errors="replace")
    return _first(text) or "it said nothing."


def _first(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
