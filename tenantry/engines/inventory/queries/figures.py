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
from tenantry.engines.inventory.rules import Reading, Stamp, Teller
from tenantry.kernel import clock
from tenantry.kernel.models import Written, among
from tenantry.kernel.text import Text


class Figure:
    """A number and what is known of its reading; None was never read."""

    def __init__(self, value: float | None, readings: tuple[Reading, ...], teller: Teller) -> None:
        self.value, self._readings, self._teller = value, readings, teller

    @cached_property
    def stamp(self) -> Stamp:
        """Its age in words; made when it is shown, since a list shows few of a customer's figures."""
        return rules.worst([self._teller.stamp(each) for each in self._readings])


class _Sum:
    """A figure of a customer, made when it is first asked for."""

    def __set_name__(self, owner: type[CustomerFigures], name: str) -> None:
        self.name = name

    def __get__(self, figures: CustomerFigures, owner: type[CustomerFigures] | None = None) -> Figure:
        found: Figure = figures.__dict__.setdefault(self.name, figures.figure(self.name))
        return found


class CustomerFigures:
    """What the lists and the home page show of a customer, summed over its tenants."""

    users, guests, groups, domains, devices, applications = _Sum(), _Sum(), _Sum(), _Sum(), _Sum(), _Sum()
    seats_bought, seats_assigned, policies_enabled, admins = _Sum(), _Sum(), _Sum(), _Sum()
    secure_score, secure_score_max = _Sum(), _Sum()

    def __init__(self, rows: list[dict[str, Any]], readings: list[tuple[str, Reading]], teller: Teller) -> None:
        self._rows, self._readings, self._teller = rows, readings, teller

    def figure(self, name: str) -> Figure:
        """The sum of what is known, with the readings of its kind."""
        kind = _OF_KIND[name]
        readings = tuple([reading for each, reading in self._readings if each == kind])
        return Figure(self._sum(name), readings, self._teller)

    def _sum(self, name: str) -> int | float | None:
        known = [row[name] for row in self._rows if row[name] is not None]
        return sum(known) if known else None

    @property
    def unknown_products(self) -> int:
        """How many products are not known to be seats or not."""
        return int(self._sum("unknown_products") or 0)

    @cached_property
    def synced(self) -> Stamp:
        """The oldest age, marked by the worst."""
        shown = [reading for kind, reading in self._readings if kind in LISTED]
        return rules.worst([self._teller.stamp(rules.oldest(shown, self._teller.now))] if shown else [])


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


def figures(customer_ids: Iterable[int], names: Iterable[str] = ()) -> dict[int, CustomerFigures]:
    """The figures of each of these customers that has a tenant; `names` are those that will be shown, or all."""
    wanted, asked = list(customer_ids), frozenset(names) or frozenset(_OF_KIND)
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    numbers = Figures.objects.filter(customer_id__in=wanted)
    for row in numbers.values("customer_id", "source_id", "unknown_products", *asked):
        rows[row["customer_id"]].append(row)
    readings: dict[int, list[tuple[str, Reading]]] = defaultdict(list)
    # by source, since the states' index leads with it
    sources = [row["source_id"] for found in rows.values() for row in found]
    for customer, kind, *values in _STATES.all(sources=sources, kinds=[*LISTED | {_OF_KIND[name] for name in asked}]):
        readings[customer].append((kind, _reading(kind, *values)))
    teller = Teller(clock.now())
    return {customer: CustomerFigures(found, readings[customer], teller) for customer, found in rows.items()}


_READ = ("source_as_of", "read_at", "source__paused", "reason", "detail", "objects_read", "expected", "waiting_until",
         "failing_since")  # fmt: skip
# of sources whose figures the actor may see
_STATES = Written[tuple[Any, ...]](
    lambda: KindState.of_partner.filter(among("source_id", "sources"), among("kind", "kinds")).values_list(
        "customer_id", "kind", *_READ
    )
)


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
                   waiting_until, failing_since, lag=known_kinds()[kind].lag, as_of=as_of)  # fmt: skip


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


def registered(customer_id: int) -> tuple[int, int, int]:
    """Members who can be asked for a second factor, who cannot, and of whom it is not known."""
    yes = no = unknown = 0
    for row in Figures.objects.filter(customer_id=customer_id):
        known = (row.members_registered or 0), (row.members_unregistered or 0)
        yes, no = yes + known[0], no + known[1]
        unknown += max((row.users or 0) - sum(known), 0)
    return yes, no, unknown


def first_reads() -> tuple[int, int]:
    """How many kinds have ended their first read, with an answer or a reason, and how many there are."""
    states = KindState.objects.filter(kind__in=known_kinds())
    ended = states.exclude(read_at=None, reason="").count()
    return ended, states.count()
