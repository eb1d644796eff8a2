"""Where the tests' settings come from: a data folder of their own, a private server, a database set for each worker.

Loaded by `-p tests.plugin`, since Django's settings are read before any conftest.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".build" / "testdata"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ALIASES = ("directory", "de-westcentral", "ch-north")
EMPTY, PEOPLED = f"test_{WORKER}_", f"test_{WORKER}_peopled_"
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "300",
}

USED = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'django_migrations' AND pg_relation_size(oid) > 0"""

os.environ.update(
    {
        "TENANTRY_DATA": str(DATA),
        "DATABASE_PREFIX": EMPTY,
        "REGIONS": "de-westcentral,ch-north",
        "CLOUD": "simulator",
        "SIMULATOR_DATA": str(DATA / f"simulator-{WORKER}"),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "ALLOWED_HOSTS": "localhost,testserver",
    }
)
for foreign in ("DATABASE_URL", "EDITION", "DEMO", "DEBUG", "PORT"):
    os.environ.pop(foreign, None)


@contextmanager
def databases() -> Iterator[None]:
    """The worker's own databases, copied from templates that are migrated once for each state of the migrations."""
    from tenantry.engines.postgres import server

    DATA.mkdir(parents=True, exist_ok=True)
    with server.running(DATA, **UNSAFE_BUT_FAST):
        with (DATA / "templates.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stamp = _migrations_stamp()
            _make_templates(stamp)
        with _named(EMPTY):
            _copy_templates(stamp)
        yield
        _close()


@contextmanager
def peopled() -> Iterator[None]:
    """New databases for a world that stands while tests come and are rolled back."""
    with _named(PEOPLED):
        _copy_templates(_migrations_stamp())
        yield


def turn(to_peopled: bool) -> None:
    """Let the next test use the databases in which the world stands, or the empty ones."""
    prefix = PEOPLED if to_peopled else EMPTY
    if os.environ["DATABASE_PREFIX"] != prefix:
        _name(prefix)


def turned() -> bool:
    """Whether this test uses the databases in which the world stands."""
    return os.environ["DATABASE_PREFIX"] == PEOPLED


def _migrations_stamp() -> str:
    """Changes when a migration or what makes roles and rights changes."""
    files = sorted([*(ROOT / "tenantry").rglob("migrations/*.py"), *(ROOT / "tenantry/engines/postgres").glob("*.py")])
    whole = hashlib.sha256()
    for path in files:
        whole.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return whole.hexdigest()[:12]


def _make_templates(stamp: str) -> None:
    from django.core.management import call_command

    done = DATA / f"template-{stamp}"
    if done.exists():
        return
    _forget_older_templates()
    with _named(f"tpl_{stamp}_"):
        call_command("migrate", verbosity=0)
    done.touch()


def _forget_older_templates() -> None:
    import psycopg

    from tenantry.engines.postgres import addresses

    for mark in DATA.glob("template-*"):
        mark.unlink()
    with psycopg.connect(**addresses.admin(DATA, ""), autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'tpl%'").fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _named(prefix: str) -> Iterator[None]:
    """Point every alias at the databases of a prefix."""
    before = os.environ["DATABASE_PREFIX"]
    _name(prefix)
    try:
        yield
    finally:
        _name(before)


def _name(prefix: str) -> None:
    from django.db import connections

    os.environ["DATABASE_PREFIX"] = prefix
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = f"{prefix}{alias}"


def empty_tables(test: Any) -> None:
    """After a transactional test, empty the few tables that hold rows; Django empties all, in half a second."""
    import psycopg
    from django.conf import settings
    from psycopg import sql

    from tenantry.engines.postgres import addresses

    for alias in test._databases_names(include_mirrors=False):
        where = addresses.admin(settings.DATA, "", addresses.database_name(alias))
        with psycopg.connect(**where, autocommit=True) as connection:
            names = [sql.Identifier(name) for (name,) in connection.execute(USED)]
            if names:
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(names)))


def _copy_templates(stamp: str) -> None:
    import psycopg
    from django.conf import settings

    from tenantry.engines.postgres import addresses

    where = addresses.admin(settings.DATA, "")
    with psycopg.connect(**where, autocommit=True) as connection:
        for alias in (*ALIASES, addresses.WORK):
            name = addresses.database_name(alias)
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            template = f"tpl_{stamp}_{alias}"
            owner = addresses.DBOS if alias == addresses.WORK else addresses.OWNER
            connection.execute(f'CREATE DATABASE "{name}" OWNER {owner} TEMPLATE "{template}" STRATEGY file_copy')
            connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO tenantry_app, tenantry_reader')


def _close() -> None:
    from django.db import connections

    for alias in ALIASES:
        connections[alias].close()
