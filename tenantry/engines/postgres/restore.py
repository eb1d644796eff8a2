"""Takes the databases of a backup back, beside those that stand, and changes them over when all are whole."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import errors, sql

from tenantry.engines.postgres import addresses, provision
from tenantry.engines.postgres.archive import BackupError
from tenantry.engines.postgres.backup import environment, last_words
from tenantry.engines.postgres.server import BINARIES

SUFFIX = "_restoring"
UNKNOWN, FIRST_WITH_IT = 'parameter "transaction_timeout"', 170000  # pg_restore sets it on every server
LIVING = "The deployment is running. Stop its web and worker processes first."


@dataclass(frozen=True)
class Deployment:
    """Where the databases of a deployment stand, and the key from which its roles' passwords come."""

    data: Path
    url: str
    secret: str

    def admin(self, alias: str, name: str = "postgres") -> psycopg.Connection:
        """Whoever may make databases on the server of an alias; BackupError where it does not answer."""
        at = addresses.admin(self.data, addresses.region_url(alias, self.url), name)
        try:
            return psycopg.connect(**at, autocommit=True, connect_timeout=5)  # type: ignore[arg-type]  # its stub wants each key typed
        except psycopg.OperationalError as error:
            raise BackupError(f"The server of {alias} does not answer: {str(error).splitlines()[0]}") from error


def standing(at: Deployment, aliases: Iterable[str]) -> list[str]:
    """Which databases hold tables already; BackupError where somebody is connected to one of them."""
    found = []
    for alias in aliases:
        name = addresses.database_name(alias)
        with at.admin(alias) as connection:
            if not _exists(connection, name):
                continue
            if _connected(connection, name):
                raise BackupError(LIVING)
        with at.admin(alias, name) as connection:
            if _asked(connection, "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'dbos')"):
                found.append(alias)
    return found


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return bool(_asked(connection, "SELECT count(*) FROM pg_database WHERE datname = %s", name))


def _connected(connection: psycopg.Connection, name: str) -> bool:
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    return bool(_asked(connection, count, name))


def _asked(connection: psycopg.Connection, question: str, *values: str) -> int:
    found = connection.execute(question.encode(), values).fetchone()
    return int(found[0]) if found else 0


def load(at: Deployment, alias: str, chunks: Iterable[bytes]) -> None:
    """Make a fresh database beside the one that stands, and fill it; BackupError says what went wrong."""
    name = addresses.database_name(alias) + SUFFIX
    _drop(at, alias, name)
    provision.make(alias, name, at.data, at.url, at.secret)
    into = addresses.keeper(alias, at.data, at.url, at.secret, name)
    with at.admin(alias, name) as connection, tempfile.TemporaryFile() as said:
        older = connection.info.server_version < FIRST_WITH_IT
        command = ["pg_restore", "--no-owner", "--no-password", f"--dbname={name}"]
        options = [] if older else ["--exit-on-error"]
        process = subprocess.Popen([str(BINARIES / command[0]), *command[1:], *options], stdin=subprocess.PIPE,
                                   stdout=said, stderr=said, env=environment(into))  # fmt: skip
        _feed(process.stdin, chunks)
        if process.wait() and not (older and _only_unknown(said)):
            raise BackupError(f"The database {alias} could not be filled: {last_words(said)}")
        connection.execute("ANALYZE")


def _only_unknown(said: IO[bytes]) -> bool:
    """Whether the one thing that an older server refused is a setting that it does not know."""
    said.seek(0)
    errors_said = [line for line in said.read(64 * 1024).decode(errors="replace").splitlines() if "error: " in line]
    return all(UNKNOWN in line for line in errors_said)


def _feed(pipe: IO[bytes] | None, chunks: Iterable[bytes]) -> None:
    """What ends before it has read everything has said why."""
    with suppress(BrokenPipeError), pipe or nullcontext() as into:
        for chunk in chunks:
            if into is not None:
                into.write(chunk)


def change_over(at: Deployment, aliases: Iterable[str]) -> None:
    """Put the filled databases in the places of those that stand; BackupError where somebody came in meanwhile."""
    for alias in aliases:
        name = addresses.database_name(alias)
        with at.admin(alias) as connection:
            try:
                _execute(connection, "DROP DATABASE IF EXISTS {}", name)
            except errors.ObjectInUse as error:
                raise BackupError(LIVING) from error
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", name + SUFFIX, name)


def forget(at: Deployment, aliases: Iterable[str]) -> None:
    """Take away what a restore that failed had filled so far."""
    for alias in aliases:
        _drop(at, alias, addresses.database_name(alias) + SUFFIX)


def _drop(at: Deployment, alias: str, name: str) -> None:
    with at.admin(alias) as connection:
        _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def known_as(places: Mapping[str, dict[str, str]], alias: str) -> set[tuple[str, str]]:
    """The migrations that a database has had, as pairs of folder and name."""
    with psycopg.connect(**places[alias]) as connection:  # type: ignore[arg-type]
        found = connection.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone()
        if not (found and found[0]):
            return set()
        return {(app, name) for app, name in connection.execute("SELECT app, name FROM public.django_migrations")}
