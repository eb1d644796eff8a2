"""How far the reading of a customer's tenants is, kind by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.queries import KindView
from tenantry.kernel import clock
from tenantry.kernel.text import Text, _, lazy, say
from tenantry.kernel.web.templatetags.format import hour
from tenantry.portal.customers import queries, rules
from tenantry.portal.customers.models import Customer

PHASES: dict[int, Text] = {1: lazy("Tenant"), 2: lazy("People"), 3: lazy("Apps and devices")}
LISTS = {
    "users": "customer-users", "groups": "customer-groups", "skus": "customer-licences", "devices": "customer-devices",
    "role_definitions": "customer-roles", "role_assignments": "customer-roles", "applications": "customer-apps",
    "service_principals": "customer-principals", "grants": "customer-consents",
    "conditional_access": "customer-policies", "named_locations": "customer-locations",
    "secure_score": "customer-score", "policies": "customer-settings", "authentication_methods": "customer-settings",
    "sign_in_activity": "customer-sign-ins", "registration": "customer-registrations",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One kind in the table of the first read."""

    view: KindView
    kind: str  # of the status word
    state: str
    share: float | None
    href: str
    usable: Text

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The bar of this line."""
        return [("accent", self.share or 0.0)]


@dataclass(frozen=True)
class Phase:
    """A part of the first read; `share` of its kinds is done."""

    number: int
    title: Text
    share: float
    done: bool

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The bar of this phase: green once it is done."""
        return [("done" if self.done else "accent", self.share)]


def progress(customer: Customer) -> dict[str, Any]:
    """Everything that the progress shows; `running` while some kind has neither an answer nor a reason."""
    views = inventory.kinds(customer.pk)
    objects = sum(view.objects for view in views)
    expected = sum(view.of if view.of is not None else view.objects for view in views)
    started = min((view.started_at for view in views if view.started_at), default=None)
    seconds = (clock.now() - started).total_seconds() if started else 0.0
    return {
        "left": rules.minutes_left(objects, expected, seconds),
        "starter": queries.starter(customer.pk),
        "lines": [_line(view, customer) for view in views],
        "phases": _phases(views),
        "running": any(is_running(view) for view in views),
        "objects": objects,
        "expected": max(objects, expected),
        "failed": sum(1 for view in views if view.reason),
        "waiting": sum(1 for view in views if view.waiting_until is not None),
        "started": started,
    }


def is_running(view: KindView) -> bool:
    """Whether the kind's first read has not ended."""
    return view.stamp.state == "reading"


def _line(view: KindView, customer: Customer) -> Line:
    kind, state = _words(view)
    share = min(view.objects / view.of, 1.0) if is_running(view) and view.of else None
    ended = view.stamp.at is not None
    name = LISTS.get(view.kind, "customer")
    usable = _("Customer page") if name == "customer" else view.title
    return Line(view, kind, state, share, reverse(name, kwargs={"customer_id": customer.pk}) if ended else "", usable)


def _words(view: KindView) -> tuple[str, str]:
    if view.stamp.state == "unknown" or view.reason:
        return "unknown", view.words or view.stamp.text
    if view.waiting_until is not None:
        return "waiting", say(_("Waits for Microsoft until {time}"), time=_clock(view.waiting_until))
    if view.state == "reading":
        return "running", say(_("Reading page {page}"), page=view.page + 1)
    return ("good", _("Read")) if view.stamp.at is not None else ("idle", _("Not started"))


def _clock(moment: datetime) -> str:
    return hour(moment)[:5]


def _phases(views: Sequence[KindView]) -> list[Phase]:
    return [_phase(number, [view for view in views if view.phase == number])
            for number in sorted({view.phase for view in views})]  # fmt: skip


def _phase(number: int, views: Sequence[KindView]) -> Phase:
    parts = [(min(view.objects / view.of, 1.0) if view.of else 0.0) if is_running(view) else 1.0 for view in views]
    share = sum(parts) / len(parts)
    return Phase(number, PHASES.get(number, ""), share, all(not is_running(view) for view in views))
