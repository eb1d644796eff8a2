"""Pages by the last row seen, never by OFFSET: a page costs the same wherever it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db import connections
from django.db.models import F, Q, QuerySet

from tenantry.kernel.web.grid.shapes import Page

SALT = "tenantry.grid"
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class _Order:
    """An order walked forwards or backwards; rows without a value stand last, whichever way the others go."""

    name: str
    down: bool
    backwards: bool
    nullable: bool

    def terms(self) -> list[Any]:
        down = self.down != self.backwards
        if self.name == "pk" or not self.nullable:
            names = ["pk"] if self.name == "pk" else [self.name, "pk"]
            return [f"-{name}" if down else name for name in names]
        nulls: dict[str, Any] = {"nulls_first": True} if self.backwards else {"nulls_last": True}
        return [F(self.name).desc(**nulls), "-pk"] if down else [F(self.name).asc(**nulls), "pk"]

    def beyond(self, value: Any, key: Any) -> Q:
        over = "lt" if self.down != self.backwards else "gt"
        tie = Q(**{f"pk__{over}": key})
        if self.name == "pk":
            return tie
        unknown = Q(**{f"{self.name}__isnull": True})
        if value is None:
            return (unknown & tie) | ~unknown if self.backwards else unknown & tie
        past = Q(**{f"{self.name}__{over}e": value}) & (Q(**{f"{self.name}__{over}": value}) | tie)
        return past | unknown if self.nullable and not self.backwards else past


def page(rows: QuerySet[Any], sort: str, size: int, after: str = "", before: str = "") -> Page:
    """The page after or before a cursor in the order of `sort` ("-" descends), ties broken by the key.

    A cursor that was not made here, or for another order, leads to the first page.
    """
    name, cursor = sort.lstrip("-"), _read(before or after, sort)
    backwards = bool(before and cursor)
    order = _Order(name, sort.startswith("-"), backwards, _nullable(rows, name))
    wanted = rows.filter(order.beyond(*cursor)) if cursor else rows
    found = list(wanted.order_by(*order.terms())[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page()
    earlier, later = (more, True) if backwards else (cursor is not None, more)
    ends = (_write(found[0], name, sort) if earlier else "", _write(found[-1], name, sort) if later else "")
    return Page(found, *ends)


def sorted_rows(rows: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """All rows in the order in which pages show them."""
    name = sort.lstrip("-")
    return rows.order_by(*_Order(name, sort.startswith("-"), backwards=False, nullable=_nullable(rows, name)).terms())


def counted(*asked: QuerySet[Any]) -> list[int]:
    """How many rows each of these has, counted no further than one past 10,000; all in one statement."""
    statements = [_statement(rows) for rows in asked]
    distinct = {repr(each): each for each in statements if each is not None}
    numbers = dict(zip(distinct, _numbers(asked[0].db, list(distinct.values())), strict=True)) if distinct else {}
    return [numbers.get(repr(each), 0) for each in statements]


Statement = tuple[str, tuple[Any, ...]]


def _statement(rows: QuerySet[Any]) -> Statement | None:
    """The statement that finds the rows to count; None where the ORM knows that there are none."""
    bounded = rows.order_by().values("pk")[: MOST_COUNTED + 1]
    try:
        text, values = bounded.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return None
    return text, tuple(values)


def _numbers(using: str, statements: list[Statement]) -> Sequence[int]:
    counts = [f"(SELECT count(*) FROM ({text}) c{place})" for place, (text, _values) in enumerate(statements)]  # noqa: S608  # made by the ORM
    values = [value for _text, given in statements for value in given]
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", values)
        found: Sequence[int] = cursor.fetchone()
    return found


def _nullable(rows: QuerySet[Any], name: str) -> bool:
    if name == "pk":
        return False
    try:
        return bool(rows.model._meta.get_field(name).null)
    except FieldDoesNotExist:
        return True


def _write(row: Any, name: str, sort: str) -> str:
    value = row
    for part in name.split("__"):
        value = getattr(value, part) if value is not None else None
    plain = value if value is None or isinstance(value, int | float | str) else (
        value.isoformat() if isinstance(value, date) else str(value))  # fmt: skip
    return signing.dumps([sort, plain, row.pk if isinstance(row.pk, int) else str(row.pk)], salt=SALT)


def _read(text: str, sort: str) -> list[Any] | None:
    try:
        made_for, value, key = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return [value, key] if made_for == sort else None
