"""What the home page says of all customers together: what is wrong first, then how much there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.models import Figures, KindState
from tenantry.engines.inventory.rules import Stamp
from tenantry.portal.customers.models import AppProfile, Customer
from tenantry.portal.customers.queries import listing
from tenantry.portal.customers.queries.overview import TROUBLE

BUSY = ("throttled", "unavailable")
"""Why a read fails though consent holds: Microsoft asks for patience, or does not answer."""


@dataclass(frozen=True)
class Trouble:
    """One customer that needs a person: a profile without consent or too small, or reads that fail."""

    customer: Customer
    since: datetime | None
    profile: AppProfile | None = None
    reason: str = ""
    kinds: int = 0


@dataclass(frozen=True)
class Total:
    """A sum over all customers, the age of its oldest part that is still read, and how many customers lack."""

    value: int
    stamp: Stamp | None
    unknown: int


def troubles(limit: int) -> list[Trouble]:
    """What needs a person: consent lost, then permissions taken back, then reads that fail, the oldest first."""
    profiles = AppProfile.objects.filter(status__in=TROUBLE, customer__in=listing.shown()).select_related("customer")
    lost_first = sorted(profiles.order_by("customer__sort_key")[: limit * 2], key=_place)[:limit]
    since = _since(profile.customer_id for profile in lost_first)
    found = [Trouble(each.customer, since.get(each.customer_id), each) for each in lost_first]
    return [*found, *_failing(limit - len(found))]


def _place(profile: AppProfile) -> int:
    return TROUBLE.index(AppProfile.Status(profile.status))


def _since(customers: Iterable[int]) -> dict[int, datetime | None]:
    states = KindState.objects.filter(customer_id__in=list(customers)).order_by()
    return dict(states.values_list("customer_id").annotate(since=Min("failing_since")))


def failing() -> QuerySet[KindState]:
    """The kinds whose reads fail though consent holds, of customers that lists show."""
    shown = listing.shown().values("pk")
    return KindState.objects.filter(reason__in=BUSY, failing_since__isnull=False, customer_id__in=shown)


def _failing(limit: int) -> list[Trouble]:
    grouped = failing().order_by().values("customer_id", "reason")
    rows = list(grouped.annotate(since=Min("failing_since"), kinds=Count("pk")).order_by("since")[:limit])
    customers = Customer.objects.in_bulk([row["customer_id"] for row in rows])
    return [
        Trouble(customers[row["customer_id"]], row["since"], None, row["reason"], row["kinds"])
        for row in rows if row["customer_id"] in customers
    ]  # fmt: skip


def statuses() -> dict[str, int]:
    """How many customers stand in which status of consent, the worst of each."""
    ranked: QuerySet[Any] = listing.by_status(listing.shown())
    counted = ranked.order_by().values_list("worst").annotate(number=Count("pk"))
    found: dict[str, int] = {}
    for worst, number in counted:
        found[listing.status_at(worst)] = found.get(listing.status_at(worst), 0) + number
    return found


def total(field: str) -> Total:
    """The sum of one figure over all customers that lists show."""
    rows = Figures.objects.filter(customer_id__in=listing.shown().values("pk"))
    summed = rows.aggregate(value=Sum(field), unknown=Count("pk", filter=Q(**{field: None})))
    kind = "users" if field == "users" else "skus"
    states = KindState.objects.filter(kind=kind, reason="", read_at__isnull=False, source__paused=False)
    oldest = states.filter(customer_id__in=rows.values("customer_id")).order_by("read_at").first()
    return Total(summed["value"] or 0, _stamp(oldest, field), summed["unknown"])


def _stamp(state: KindState | None, field: str) -> Stamp | None:
    if state is None:
        return None
    figure = getattr(inventory.figures([state.customer_id]).get(state.customer_id), field, None)
    return figure.stamp if figure is not None else None


def most_unassigned(limit: int) -> list[tuple[Customer, int]]:
    """The customers that pay for most seats which nobody uses."""
    return _ranked(Sum("seats_bought") - Sum("seats_assigned"), limit)


def most_users(limit: int) -> list[tuple[Customer, int]]:
    """The customers with most users."""
    return _ranked(Sum("users"), limit)


def _ranked(figure: Any, limit: int) -> list[tuple[Customer, int]]:
    rows = Figures.objects.filter(customer_id__in=listing.shown().values("pk")).order_by().values("customer_id")
    best = list(rows.annotate(figure=figure).filter(figure__gt=0).order_by(F("figure").desc())[:limit])
    customers = Customer.objects.in_bulk([row["customer_id"] for row in best])
    return [(customers[row["customer_id"]], row["figure"]) for row in best if row["customer_id"] in customers]


def newest(limit: int) -> list[Customer]:
    """The customers that were onboarded last."""
    return list(listing.shown().filter(onboarded_at__isnull=False).order_by("-onboarded_at", "-pk")[:limit])
