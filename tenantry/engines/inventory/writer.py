"""Writes a page of objects: compare hashes, stage what differs by COPY, write it from there.

Everything of a page (rows, versions, search, figures) is written in the transaction that moves the cursor, so a page
is written whole or not at all.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from django.db import connections
from psycopg import sql

from tenantry.engines.cloud.client import Found
from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import Figures, Source, Version
from tenantry.engines.postgres.copy import staged
from tenantry.engines.postgres.partitions import ensure_months
from tenantry.kernel.residency.router import region_of

_BASE = ("object_id", "hash", "body")
_ENTRY = ("entry_title", "entry_detail", "entry_text")


@dataclass(frozen=True)
class Written:
    """How many rows a page has written and removed."""

    changed: int
    removed: int


class Writer:
    """Writes objects of one kind and source, in the open scope's transaction."""

    def __init__(self, kind: Kind, source: Source, now: datetime, *, first: bool) -> None:
        self.kind, self.source, self.now, self.first = kind, source, now, first
        self.region = region_of(kind.home)
        self.cursor = connections[self.region].cursor()
        self.columns = (*_BASE, *promoted(kind))
        self.parts = _names(kind.model._meta.db_table, kind.versions._meta.db_table, self.columns)

    def write(self, objects: Iterable[Found]) -> Written:
        """Write new and changed objects, and remove those that the page says are gone; each object counts once."""
        latest = {found.id: found for found in objects if not found.bare}
        gone = [found.id for found in latest.values() if found.removed]
        changed = self._differing([found for found in latest.values() if not found.removed])
        if changed:
            if not self.first:
                self._keep(_THESE, removed=False, ids=[_id(found) for found in changed])
            rows = map(self._row, changed)
            with staged(self.kind.model, self.columns, rows, texts=_ENTRY, using=self.region) as incoming:
                self._replace(incoming.table)
        return Written(len(changed), self._remove(_THESE, ids=gone) if gone else 0)

    def remove_absent(self, met: set[str]) -> int:
        """After a complete read, remove what it has not met."""
        self._run("SELECT c.object_id FROM {current} c WHERE {ours}")  # told apart here: a join would be guessed at
        kept = {object_id[:254] for object_id in met}
        absent = [object_id for (object_id,) in self.cursor.fetchall() if object_id not in kept]
        return self._remove(_THESE, ids=absent) if absent else 0

    def figures(self) -> None:
        """Count again what the kind's figures count; counts stand with the partner, wherever the rows do."""
        if not self.kind.figures:
            return
        counts = [sql.SQL(expression) for expression in self.kind.figures.values()]
        self._run("SELECT {counts} FROM {current} c WHERE {ours}", counts=sql.SQL(", ").join(counts))
        found = dict(zip(self.kind.figures, self.cursor.fetchone(), strict=True))
        Figures.of_partner.filter(source=self.source).update(**found)

    def shed(self) -> None:
        """Take from all but the newest row what only the newest keeps."""
        newest = sql.Identifier(self.kind.newest)
        self._run("UPDATE {current} c SET body = (c.body::jsonb - %(sheds)s::text[])::text WHERE {ours}"
                  " AND c.body::jsonb ?| %(sheds)s::text[] AND c.{newest} < (SELECT max({newest}) FROM {current} c"
                  " WHERE {ours})", sheds=list(self.kind.sheds), newest=newest)  # fmt: skip

    def _differing(self, objects: Sequence[Found]) -> list[Found]:
        """What is new or has another hash; the rest is not even decoded. In a first read everything is new."""
        if self.first:
            return list(objects)
        self._run("SELECT c.object_id, c.hash FROM {current} c WHERE {ours} AND {which}", _THESE,
                  ids=[found.id for found in objects])  # fmt: skip
        known = {object_id: bytes(digest) for object_id, digest in self.cursor.fetchall()}
        return [found for found in objects if known.get(found.id) != found.hash]

    def _row(self, found: Found) -> list[Any]:
        columns = {name: clean(value) for name, value in self.kind.promote(found.body).items()}
        entry = self.kind.entry(columns) if self.kind.entry else Entry("", "", "")
        promoted = [columns[name] for name in self.columns[len(_BASE) :]]
        return [_id(found), found.hash, found.body.decode(), *promoted, *entry]

    def _replace(self, incoming: sql.Identifier) -> None:
        self._run(
            "INSERT INTO {current} (partner_id, customer_id, source_id, changed_at, {columns})"
            " SELECT %(partner)s, %(customer)s, %(source)s, %(now)s, {columns} FROM {incoming}"
            " ON CONFLICT (partner_id, source_id, object_id) DO UPDATE SET (customer_id, changed_at, {columns})"
            " = ROW (EXCLUDED.customer_id, EXCLUDED.changed_at, {excluded})",
            incoming=incoming,
        )
        if self.kind.entry:
            self._run(
                "INSERT INTO inventory_searchtext (partner_id, customer_id, source_id, kind, object_id, title, detail,"
                " text) SELECT %(partner)s, %(customer)s, %(source)s, %(kind)s, object_id, entry_title, entry_detail,"
                " entry_text FROM {incoming} ON CONFLICT (partner_id, source_id, kind, object_id) DO UPDATE SET"
                " title = EXCLUDED.title, detail = EXCLUDED.detail, text = EXCLUDED.text",
                incoming=incoming,
            )

    def _remove(self, which: LiteralString, **values: Any) -> int:
        if not self.first:
            self._keep(which, removed=True, **values)
        if self.kind.entry:
            self._run("DELETE FROM inventory_searchtext t USING {current} c WHERE {ours} AND {which}"
                      " AND t.partner_id = c.partner_id AND t.source_id = c.source_id AND t.kind = %(kind)s"
                      " AND t.object_id = c.object_id", which, **values)  # fmt: skip
        return self._run("DELETE FROM {current} c WHERE {ours} AND {which}", which, **values)

    def _keep(self, which: LiteralString, *, removed: bool, **values: Any) -> None:
        """Keep the bodies that are about to be replaced or removed."""
        _ensure_month(self.region, self.kind.versions, self.now.date().replace(day=1))
        self._run("INSERT INTO {versions} (partner_id, customer_id, source_id, object_id, hash, body, since, until,"
                  " removed) SELECT c.partner_id, c.customer_id, c.source_id, c.object_id, c.hash, c.body,"
                  " c.changed_at, %(now)s, %(removed)s FROM {current} c WHERE {ours} AND {which}", which,
                  removed=removed, **values)  # fmt: skip

    def _run(self, statement: LiteralString, which: LiteralString = "true", **values: Any) -> int:
        composed = {key: value for key, value in values.items() if isinstance(value, sql.Composable)}
        condition = sql.SQL(which).format(**self.parts)
        text = sql.SQL(statement).format(ours=_OURS, which=condition, **self.parts, **composed).as_string(None)
        plain = {key: value for key, value in values.items() if key not in composed}
        ours = {"partner": self.source.partner_id, "customer": self.source.customer_id, "source": self.source.pk}
        self.cursor.execute(text, {**ours, "kind": self.kind.name, "now": self.now, **plain})
        return int(self.cursor.rowcount)


_THESE: LiteralString = "c.object_id = ANY (%(ids)s)"  # by the index: a join would be guessed at without statistics
_OURS = sql.SQL("c.partner_id = %(partner)s AND c.source_id = %(source)s")


@functools.lru_cache(maxsize=256)
def _ensure_month(region: str, versions: type[Version], first: date) -> None:
    """Once a month and process; a row that comes too early waits in the rest partition and is moved later."""
    ensure_months(versions, first, using=region, months=1)


def promoted(kind: Kind) -> list[str]:
    """The columns that a kind promotes, as its table names them."""
    known = {"id", "partner_id", "customer_id", "source_id", "changed_at", *_BASE, *kind.links}
    return [str(field.column) for field in kind.model._meta.concrete_fields if field.column not in known]


@functools.cache
def _names(current: str, versions: str, columns: tuple[str, ...]) -> dict[str, sql.Composable]:
    return {
        "current": sql.Identifier(current),
        "versions": sql.Identifier(versions),
        "columns": sql.SQL(", ").join(sql.Identifier(name) for name in columns),
        "excluded": sql.SQL(", ").join(sql.Identifier("excluded", name) for name in columns),
    }


def _id(found: Found) -> str:
    """The id, no longer than its column."""
    return found.id[:254]


def clean(value: Any) -> Any:
    """A value as PostgreSQL takes it: its text has no NUL, JSON's has."""
    return value.replace("\x00", "") if isinstance(value, str) else value
