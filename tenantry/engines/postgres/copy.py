"""Writes many rows at the speed of COPY, which row-level security does not admit into its tables.

Rows are copied into a temporary table and go from there into the model's table by one INSERT, which the policies do
check: a row of another partner fails the whole write.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import Model
from psycopg import sql

from tenantry.kernel import scope
from tenantry.kernel.errors import Broken

PARTNER = "partner_id"
_numbers = itertools.count(1)


class Written(NamedTuple):
    """What became of the rows: new ones, changed ones, and those that cost no write."""

    inserted: int
    updated: int
    unchanged: int


@dataclass(frozen=True)
class Staged:
    """Rows that wait in a temporary table, named by the columns of the model."""

    model: type[Model]
    using: str
    name: str
    columns: tuple[str, ...]

    @property
    def table(self) -> sql.Identifier:
        """The temporary table, for a statement of the caller's own, such as one that keeps what will be replaced."""
        return sql.Identifier("pg_temp", self.name)

    def write(self, key: Sequence[str], changed: str = "") -> Written:
        """Insert or update by the unique key; with `changed`, only rows that differ in this column are updated.

        Of several rows with one key the last wins.
        """
        keys = [_column(self.model, name) for name in key]
        with connections[self.using].cursor() as cursor:
            cursor.execute(self._statement(keys, _column(self.model, changed) if changed else ""))
            given, known, written = cursor.fetchone()
        inserted = given - known
        return Written(inserted, written - inserted, given - written)

    def _statement(self, keys: list[str], changed: str) -> sql.Composed:
        """One statement, so that what was known before is counted as of before the write."""
        return sql.SQL(
            "WITH given AS (SELECT DISTINCT ON ({keys}) {columns} FROM {staged} ORDER BY {keys}, ctid DESC),"
            " written AS (INSERT INTO {into} AS present ({columns}) SELECT {columns} FROM given"
            " ON CONFLICT ({keys}) DO {answer} RETURNING 1)"
            " SELECT (SELECT count(*) FROM given), (SELECT count(*) FROM given JOIN {into} USING ({keys})),"
            " (SELECT count(*) FROM written)"
        ).format(
            into=sql.Identifier(self.model._meta.db_table), columns=_names(self.columns), keys=_names(keys),
            staged=self.table, answer=self._answer(keys, changed),
        )  # fmt: skip

    def _answer(self, keys: list[str], changed: str) -> sql.Composable:
        rest = [sql.Identifier(name) for name in self.columns if name not in keys]
        if not rest:
            return sql.SQL("NOTHING")
        values = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in rest)
        answer = sql.SQL("UPDATE SET {}").format(values)
        if changed:
            differs = sql.SQL(" WHERE present.{0} IS DISTINCT FROM excluded.{0}").format(sql.Identifier(changed))
            answer = sql.Composed([answer, differs])
        return answer


def write(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str],
    changed: str = "",
    using: str = "",
) -> Written:
    """Insert or update rows, each a tuple of the columns' values, by a unique key; see `staged` and `Staged.write`."""
    with staged(model, columns, rows, using=using) as waiting:
        return waiting.write(key, changed)


@contextmanager
def staged(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    texts: Sequence[str] = (),
    using: str = "",
) -> Iterator[Staged]:
    """Copy rows into a temporary table of the open transaction; `partner_id` is filled from the scope when not given.

    `texts` names text columns that follow the model's, for a statement of the caller's own: `Staged.write` leaves them
    out. Values are written as psycopg writes them: JSON is given as text. Broken outside a transaction.
    """
    alias = using or router.db_for_write(model)
    if not connections[alias].in_atomic_block:
        raise Broken("Rows are copied inside a transaction only.")
    names = tuple(_column(model, name) for name in columns)
    partner = _owns(model) and PARTNER not in names
    waiting = Staged(model, alias, f"staged_{next(_numbers)}", (*names, PARTNER) if partner else names)
    with connections[alias].cursor() as cursor:
        _make(cursor, waiting, texts, partner=partner)
        copying = sql.SQL("COPY {} ({}) FROM STDIN").format(waiting.table, _names((*names, *texts)))
        with cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)
        yield waiting
        cursor.execute(sql.SQL("DROP TABLE {}").format(waiting.table))


def _make(cursor: Any, waiting: Staged, texts: Sequence[str], *, partner: bool) -> None:
    like = sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
    table = sql.Identifier(waiting.model._meta.db_table)
    empty = [sql.SQL("''::text AS {}").format(sql.Identifier(name)) for name in texts]
    columns = sql.SQL(", ").join([*map(sql.Identifier, waiting.columns), *empty])
    cursor.execute(like.format(sql.Identifier(waiting.name), columns, table))
    if partner:
        default = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}")
        cursor.execute(default.format(waiting.table, sql.Identifier(PARTNER), sql.Literal(scope.current().partner)))


def _owns(model: type[Model]) -> bool:
    return any(field.column == PARTNER for field in model._meta.concrete_fields)


def _column(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).column)


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in columns)
