"""COPY of the same rows into identical tables: what the database takes at most, with as many connections."""

from __future__ import annotations

import functools
from pathlib import Path

from benchmarks import tenants
from benchmarks.place import DATA

TABLES = ("inventory_tenantuser", "inventory_searchtext")
BLOCK = 1 << 18
FOLDER = DATA / "copied"


def tables() -> None:
    """Empty tables with the same columns, keys and indexes, in a schema of their own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tenants.admin() as connection:
        connection.execute("CREATE SCHEMA beside")
        for name in TABLES:
            connection.execute(f"CREATE TABLE beside.{name} (LIKE public.{name} INCLUDING ALL)")


def prepare(source: int) -> None:
    """The rows that a source has, as COPY takes them, but for their numbers; in files, to be read in blocks."""
    with tenants.admin() as connection, connection.cursor() as cursor:
        for name in TABLES:
            _prepare(cursor, f"{name} WHERE source_id = {source}", _columns(cursor, name), _file(source, name))


def _prepare(cursor, rows: str, columns: str, path: Path) -> None:
    with path.open("wb") as file, cursor.copy(f"COPY (SELECT {columns} FROM {rows}) TO STDOUT") as copying:
        for part in copying:
            file.write(part)


def copy(source: int) -> None:
    """Copy a source's rows, in one transaction."""
    with tenants.admin() as connection, connection.transaction(), connection.cursor() as cursor:
        for name in TABLES:
            _copy(cursor, name, _file(source, name))


def _copy(cursor, name: str, path: Path) -> None:
    into = f"COPY beside.{name} ({_columns(cursor, name)}) FROM STDIN"
    with path.open("rb") as file, cursor.copy(into) as writing:
        for block in iter(functools.partial(file.read, BLOCK), b""):
            writing.write(block)
    path.unlink()


def counted() -> list[tuple[int, int]]:
    """Rows of each table and of its twin."""
    with tenants.admin() as connection:
        asked = "SELECT (SELECT count(*) FROM public.{0}), (SELECT count(*) FROM beside.{0})"
        return [connection.execute(asked.format(name)).fetchone() for name in TABLES]


def _columns(cursor, name: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'", [f"public.{name}"],
    )  # fmt: skip
    return cursor.fetchone()[0]


def _file(source: int, name: str) -> Path:
    return FOLDER / f"{source}-{name}"
