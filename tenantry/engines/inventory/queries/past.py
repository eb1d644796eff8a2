"""The rows of a customer's tenants as they were: every question asked inside is answered as of a past moment.

For the length of the block, temporary tables stand in front of the kinds' own tables under the same names, so that
lists, searches, names and counts need no second way of asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, LiteralString

from django.db import connections, transaction
from psycopg import sql

from tenantry.engines.inventory import rules
from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import KindState
from tenantry.engines.inventory.writer import clean, promoted
from tenantry.kernel import clock, scope

GONE = 10**17
"""Added to the number of a version whose object is no longer there: where a row of the past needs a number."""
SEARCHED = "inventory_searchtext"
_MEMBERS = "inventory_membership"
_HEADS = ("id", "partner_id", "customer_id", "source_id", "object_id", "hash", "changed_at", "body")


def is_gone(number: int) -> bool:
    """Whether a row of the past stands for something that is no longer there."""
    return number >= GONE


def known_since(customer_id: int, names: Iterable[str]) -> datetime | None:
    """Since when all of these kinds are known; None while one was never read, or Microsoft has refused it."""
    states = KindState.objects.filter(customer_id=customer_id, kind__in=list(names)).exclude(first_at=None)
    firsts: dict[str, datetime] = {}
    for state in states:
        firsts[state.kind] = min(state.first_at or clock.now(), firsts.get(state.kind, clock.now()))
    if not firsts.keys() >= set(names):
        return None
    return max(*firsts.values(), clock.now() - rules.KEPT)


@contextmanager
def past(customer_id: int, at: datetime, names: Iterable[str]) -> Iterator[None]:
    """Answer questions about these kinds as of a moment; what was never read then is not there."""
    kinds = [kind_of(name) for name in names]
    region = scope.current().region
    with transaction.atomic(using=region):
        view = _Past(customer_id, at, region)
        view.open(kinds)
        yield
        view.close()


@dataclass
class _Past:
    customer_id: int
    at: datetime
    region: str

    def open(self, kinds: list[Kind]) -> None:
        self.made: list[str] = []
        self.numbers = count(GONE)
        searched = [kind for kind in kinds if kind.entry]
        if searched:
            self._make(SEARCHED, "kind <> ALL (%(kinds)s)", kinds=[kind.name for kind in searched])
        for kind in kinds:
            self._rows(kind)
            if kind.links:
                self._memberships(kind)

    def close(self) -> None:
        for table in self.made:
            self._run("DROP TABLE pg_temp.{table}", table=table)

    def _rows(self, kind: Kind) -> None:
        """The rows that still stand as they did, and those that were replaced or removed since."""
        table = kind.model._meta.db_table
        self._make(table, "c.changed_at <= %(at)s")
        if kind.entry:
            self._run(
                "INSERT INTO pg_temp.{searched} SELECT s.* FROM public.{searched} s JOIN pg_temp.{table} c"
                " USING (partner_id, source_id, object_id) WHERE s.kind = %(kind)s AND s.customer_id = %(customer)s",
                table=table, searched=SEARCHED, kind=kind.name,
            )  # fmt: skip
        replaced = self._replaced(kind)
        told, names = [kind.promote(row[-1].encode()) for row in replaced], promoted(kind)
        rows = ([*row, *(clean(values[name]) for name in names)] for row, values in zip(replaced, told, strict=True))
        self._copy(table, (*_HEADS, *names), rows)
        if kind.entry:
            self._entries(kind, [(row, kind.entry(values)) for row, values in zip(replaced, told, strict=True)])
        self._run("CREATE INDEX ON pg_temp.{table} (source_id, object_id)", table=table)

    def _replaced(self, kind: Kind) -> list[Any]:
        """Versions that were valid at the moment, under the number of the row that stands now, if one does."""
        with connections[self.region].cursor() as cursor:
            cursor.execute(
                _text(
                    "SELECT coalesce(c.id, %(gone)s + v.id), v.partner_id, v.customer_id, v.source_id, v.object_id,"
                    " v.hash, v.since, v.body FROM public.{versions} v LEFT JOIN public.{table} c USING (partner_id,"
                    " source_id, object_id) WHERE v.customer_id = %(customer)s AND v.since <= %(at)s"
                    " AND v.until > %(at)s",
                    table=kind.model._meta.db_table, versions=kind.versions._meta.db_table,
                ),
                {"gone": GONE, "customer": self.customer_id, "at": self.at},
            )  # fmt: skip
            return list(cursor.fetchall())

    def _entries(self, kind: Kind, found: list[tuple[Any, Entry]]) -> None:
        heads = ("id", "partner_id", "customer_id", "source_id", "kind", "object_id", "title", "detail", "text")
        rows = (
            [next(self.numbers), *row[1:4], kind.name, row[4], *(clean(words) for words in entry)]
            for row, entry in found
        )
        self._copy(SEARCHED, heads, rows)

    def _memberships(self, kind: Kind) -> None:
        """Who belonged to whom, and how many."""
        self._make(_MEMBERS, "c.since <= %(at)s")
        self._run(
            "INSERT INTO pg_temp.{table} (id, partner_id, customer_id, source_id, group_id, relation, member_id, kind,"
            " since, met_at) SELECT %(gone)s + v.id, v.partner_id, v.customer_id, v.source_id, v.group_id, v.relation,"
            " v.member_id, v.kind, v.since, v.since FROM public.{versions} v WHERE v.customer_id = %(customer)s"
            " AND v.since <= %(at)s AND v.until > %(at)s",
            table=_MEMBERS, versions=f"{_MEMBERS}version",
        )  # fmt: skip
        self._run("CREATE INDEX ON pg_temp.{table} (source_id, group_id)", table=_MEMBERS)
        self._run(
            "UPDATE pg_temp.{table} g SET (members, owners) = (SELECT count(*) FILTER (WHERE m.relation = 'members'),"
            " count(*) FILTER (WHERE m.relation = 'owners') FROM pg_temp.{members} m WHERE m.source_id = g.source_id"
            " AND m.group_id = g.object_id)",
            table=kind.model._meta.db_table, members=_MEMBERS,
        )  # fmt: skip

    def _make(self, table: str, which: LiteralString, **values: Any) -> None:
        """A temporary table in front of the one of that name, holding what `which` keeps of the customer's rows."""
        statement: LiteralString = (
            "CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT c.* FROM public.{table} c"
            " WHERE c.customer_id = %(customer)s AND "
        )
        self._run(statement + which, table=table, **values)
        self.made.append(table)

    def _copy(self, table: str, columns: Iterable[str], rows: Iterable[list[Any]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with connections[self.region].cursor() as cursor:
            into = sql.SQL("COPY pg_temp.{} ({}) FROM STDIN").format(sql.Identifier(table), names)
            with cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(row)

    def _run(self, statement: LiteralString, **values: Any) -> None:
        tables = {name: values.pop(name) for name in ("table", "versions", "members", "searched") if name in values}
        with connections[self.region].cursor() as cursor:
            given = {"customer": self.customer_id, "at": self.at, "gone": GONE, **values}
            cursor.execute(_text(statement, **tables), given)


def _text(statement: LiteralString, **tables: str) -> str:
    return sql.SQL(statement).format(**{name: sql.Identifier(table) for name, table in tables.items()}).as_string(None)
