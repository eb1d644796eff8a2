"""Answers about what was read: every one with its age, and with the reason where there is none."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.engines.inventory import rules
from tenantry.engines.inventory.kinds import kinds as known_kinds
from tenantry.engines.inventory.models import (
    Domain,
    Figures,
    KindState,
    Organization,
    SearchText,
    Sku,
    Source,
    TenantGroup,
    TenantUser,
)
from tenantry.engines.inventory.rules import Reading, Stamp
from tenantry.kernel import clock, ports, scope
from tenantry.kernel.text import Text


@dataclass(frozen=True)
class Figure:
    """A number and what is known of its reading; None was never read."""

    value: int | None
    readings: tuple[Reading, ...]
    now: datetime

    @cached_property
    def stamp(self) -> Stamp:
        """Its age in words; made when it is shown, since a list shows few of a customer's figures."""
        return rules.worst(rules.stamp(each, self.now) for each in self.readings)


@dataclass(frozen=True)
class CustomerFigures:
    """What the lists and the home page show of a customer."""

    users: Figure
    guests: Figure
    groups: Figure
    domains: Figure
    seats_bought: Figure
    seats_assigned: Figure
    unknown_products: int
    readings: tuple[Reading, ...]
    now: datetime

    @cached_property
    def synced(self) -> Stamp:
        """The oldest age, marked by the worst."""
        return rules.worst([rules.stamp(rules.oldest(self.readings, self.now), self.now)] if self.readings else [])


@dataclass(frozen=True)
class KindView:
    """How far the reading of one kind of a customer's tenant is."""

    kind: str
    title: Text
    tenant_id: str
    phase: int
    state: str  # waiting, reading, fresh, unknown
    objects: int
    of: int | None
    page: int
    started_at: datetime | None
    waiting_until: datetime | None
    reason: str
    detail: str
    words: str  # what stands in place of a number: unknown (no consent); empty while something can be read
    next_due: datetime | None
    stamp: Stamp


_OF_KIND = {
    "users": "users",
    "guests": "users",
    "groups": "groups",
    "domains": "domains",
    "seats_bought": "skus",
    "seats_assigned": "skus",
}
LISTED = frozenset(_OF_KIND.values())
"""The kinds whose ages stand in the list of customers."""


def figures(customer_ids: Iterable[int]) -> dict[int, CustomerFigures]:
    """The figures of each of these customers that has a tenant; summed over its tenants."""
    wanted, now = list(customer_ids), clock.now()
    rows: dict[int, list[Figures]] = defaultdict(list)
    for row in Figures.objects.filter(customer_id__in=wanted):
        rows[row.customer_id].append(row)
    readings: dict[int, list[tuple[str, Reading]]] = defaultdict(list)
    # by source, since the states' index leads with it
    sources = [row.source_id for found in rows.values() for row in found]
    states = KindState.objects.filter(source_id__in=sources, kind__in=LISTED)
    for customer, kind, *values in states.values_list("customer_id", "kind", *_READ):
        readings[customer].append((kind, _reading(kind, *values)))
    return {customer: _figures(found, readings[customer], now) for customer, found in rows.items()}


_READ = ("source_as_of", "read_at", "source__paused", "reason", "detail", "objects_read", "expected", "waiting_until",
         "failing_since")  # fmt: skip


def _figures(rows: list[Figures], readings: list[tuple[str, Reading]], now: datetime) -> CustomerFigures:
    of_kind = {kind: tuple(reading for each, reading in readings if each == kind) for kind in LISTED}
    numbers = {name: Figure(_sum(rows, name), of_kind[kind], now) for name, kind in _OF_KIND.items()}
    unknown = sum(row.unknown_products or 0 for row in rows)
    return CustomerFigures(**numbers, unknown_products=unknown, readings=tuple(reading for _k, reading in readings),
                           now=now)  # fmt: skip


def _sum(rows: list[Figures], name: str) -> int | None:
    known = [value for value in (getattr(row, name) for row in rows) if value is not None]
    return sum(known) if known else None


def reading(state: KindState) -> Reading:
    """A kind's state as the rules understand it."""
    return _reading(
        state.kind, state.source_as_of, state.read_at, state.source.paused, state.reason, state.detail,
        state.objects_read, state.expected, state.waiting_until, state.failing_since,
    )  # fmt: skip


def _reading(
    kind: str, as_of: datetime | None, read_at: datetime | None, paused: bool, reason: str, *rest: Any
) -> Reading:
    detail, objects, expected, waiting_until, failing_since = rest
    return Reading(as_of or read_at, _interval(kind), "paused" if paused else reason, detail, objects, expected,
                   waiting_until, failing_since)  # fmt: skip


@functools.cache
def _interval(kind: str) -> timedelta:
    return known_kinds()[kind].interval


def _reason(state: KindState) -> str:
    return "paused" if state.source.paused else state.reason


def kinds(customer_id: int) -> list[KindView]:
    """Every kind of the customer's tenants, in the order of the first read."""
    known, now = known_kinds(), clock.now()
    states = KindState.objects.filter(customer_id=customer_id, kind__in=known).select_related("source")
    views = [_view(state, now) for state in states]
    return sorted(views, key=lambda view: (view.tenant_id, view.phase, list(known).index(view.kind)))


def _view(state: KindState, now: datetime) -> KindView:
    kind = known_kinds()[state.kind]
    reason = _reason(state)
    words = rules.unknown_words(reason) if reason else ""
    return KindView(
        state.kind, kind.title, state.source.tenant_id, kind.phase, state.state, state.objects_read, state.expected,
        state.page, state.started_at, state.waiting_until, reason, state.detail, words, state.next_due,
        rules.stamp(reading(state), now),
    )  # fmt: skip


def users(customer_id: int, words: str = "") -> QuerySet[TenantUser, TenantUser]:
    """The customer's tenant users, to be sorted by `sort_key` or `upn` (and id); `words` narrows by name or address."""
    return TenantUser.objects.filter(_named("users", words), customer_id=customer_id)


def groups(customer_id: int, words: str = "") -> QuerySet[TenantGroup, TenantGroup]:
    """The customer's tenant groups, to be sorted by `sort_key` (and id)."""
    return TenantGroup.objects.filter(_named("groups", words), customer_id=customer_id)


def _named(kind: str, words: str) -> Q:
    wanted = words.strip().lower()[:100]
    if not wanted:
        return Q()
    rows = SearchText.objects.filter(kind=kind, text__contains=wanted)
    return Q(Exists(rows.filter(source=OuterRef("source"), object_id=OuterRef("object_id"))))


def domains(customer_id: int) -> QuerySet[Domain, Domain]:
    """The customer's domains, the default one first."""
    return Domain.objects.filter(customer_id=customer_id).order_by("-default", "object_id")


def organization(customer_id: int) -> Organization | None:
    """The tenant's own record; None until it has been read."""
    return Organization.objects.filter(customer_id=customer_id).order_by("id").first()


def skus(customer_id: int) -> QuerySet[Sku, Sku]:
    """What the customer has bought, by name."""
    return Sku.objects.filter(customer_id=customer_id).order_by("title", "id")


def sources(customer_id: int) -> QuerySet[Source, Source]:
    """The customer's sources."""
    return Source.objects.filter(customer_id=customer_id).order_by("id")


def search(words: str, limit: int = 10, hidden: Iterable[int] = ()) -> list[SearchText]:
    """Tenant users and groups whose name or address contains the words, of customers that the actor may see.

    What belongs to a `hidden` customer is left out before the best are chosen.
    """
    wanted = words.strip().lower()[:100]
    if len(wanted) < 2:
        return []
    pattern = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    opened = scope.current()
    with connections[opened.region].cursor() as cursor:
        cursor.execute("SELECT inventory_search(%s, %s, %s)", [pattern, limit, _visible(list(hidden))])
        ids = [row[0] for row in cursor.fetchall()]
    found = SearchText.objects.in_bulk(ids)
    return [found[key] for key in ids if key in found]


def _visible(hidden: list[int]) -> list[int] | None:
    """The customers that the actor may see, without the hidden ones; None means all of the partner's."""
    opened = scope.current()
    if hidden:
        return list(Source.objects.exclude(customer_id__in=hidden).values_list("customer_id", flat=True))
    if opened.actor.everywhere(opened.permission):
        return None
    return list(ports.resolver().customers(opened.actor, opened.permission))


def first_reads() -> tuple[int, int]:
    """How many kinds have ended their first read, with an answer or a reason, and how many there are."""
    states = KindState.objects.filter(kind__in=known_kinds())
    ended = states.exclude(read_at=None, reason="").count()
    return ended, states.count()
