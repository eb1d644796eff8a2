"""Answers about what was read: every one with its age, and with the reason where there is none."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tenantry.engines.inventory import rules
from tenantry.engines.inventory.kinds import kinds as known_kinds
from tenantry.engines.inventory.models import Figures, KindState
from tenantry.engines.inventory.rules import Reading, Stamp
from tenantry.kernel import clock
from tenantry.kernel.text import Text


@dataclass(frozen=True)
class Figure:
    """A number and what is known of its reading; None was never read."""

    value: int | float | None
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
    devices: Figure
    applications: Figure
    policies_enabled: Figure
    admins: Figure
    secure_score: Figure
    secure_score_max: Figure
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
    "devices": "devices",
    "applications": "applications",
    "policies_enabled": "conditional_access",
    "admins": "role_assignments",
    "secure_score": "secure_score",
    "secure_score_max": "secure_score",
}
LISTED = frozenset({"users", "groups", "domains", "skus"})
"""The kinds that a customer's age is made of: others are read once a day, or need a plan that not every tenant has."""


def figures(customer_ids: Iterable[int]) -> dict[int, CustomerFigures]:
    """The figures of each of these customers that has a tenant; summed over its tenants."""
    wanted, now = list(customer_ids), clock.now()
    rows: dict[int, list[Figures]] = defaultdict(list)
    for row in Figures.objects.filter(customer_id__in=wanted):
        rows[row.customer_id].append(row)
    readings: dict[int, list[tuple[str, Reading]]] = defaultdict(list)
    # by source, since the states' index leads with it
    sources = [row.source_id for found in rows.values() for row in found]
    states = KindState.objects.filter(source_id__in=sources, kind__in=set(_OF_KIND.values()))
    for customer, kind, *values in states.values_list("customer_id", "kind", *_READ):
        readings[customer].append((kind, _reading(kind, *values)))
    return {customer: _figures(found, readings[customer], now) for customer, found in rows.items()}


_READ = ("source_as_of", "read_at", "source__paused", "reason", "detail", "objects_read", "expected", "waiting_until",
         "failing_since")  # fmt: skip


def _figures(rows: list[Figures], readings: list[tuple[str, Reading]], now: datetime) -> CustomerFigures:
    of_kind = {kind: tuple(reading for each, reading in readings if each == kind) for kind in set(_OF_KIND.values())}
    numbers = {name: Figure(_sum(rows, name), of_kind[kind], now) for name, kind in _OF_KIND.items()}
    unknown = sum(row.unknown_products or 0 for row in rows)
    shown = tuple(reading for kind, reading in readings if kind in LISTED)
    return CustomerFigures(**numbers, unknown_products=unknown, readings=shown, now=now)


def _sum(rows: list[Figures], name: str) -> int | float | None:
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
    return Reading(read_at, _interval(kind), "paused" if paused else reason, detail, objects, expected,
                   waiting_until, failing_since, as_of=as_of)  # fmt: skip


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


def first_reads() -> tuple[int, int]:
    """How many kinds have ended their first read, with an answer or a reason, and how many there are."""
    states = KindState.objects.filter(kind__in=known_kinds())
    ended = states.exclude(read_at=None, reason="").count()
    return ended, states.count()
