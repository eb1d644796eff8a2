"""The figures of a customer as they are shown: a number in the reader's language, its age, the list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from tenantry.engines.inventory.queries import CustomerFigures, Figure
from tenantry.engines.inventory.rules import Stamp
from tenantry.kernel.text import Text, _, say
from tenantry.kernel.web.templatetags.format import figure, spoken
from tenantry.portal.customers.queries import Overview


@dataclass(frozen=True)
class Shown:
    """A figure in words; no value is never shown as zero."""

    value: int | float | None
    words: str
    stamp: Stamp


def of(overview: Overview) -> list[tuple[Text, Shown, str]]:
    """Label, figure and address of each; empty for a customer without a tenant."""
    found = overview.figures
    if found is None:
        return []
    users, customer = _to("customer-users", overview), _to("customer-tenants", overview)
    return [
        (_("Users"), plain(found.users), f"{users}?view=member"),
        (_("Guests"), plain(found.guests), f"{users}?view=guest"),
        (_("M365 seats"), seats(found), f"{_to('customer-licences', overview)}?view=m365"),
        (_("Groups"), plain(found.groups), _to("customer-groups", overview)),
        (_("Domains"), plain(found.domains), f"{customer}#domains"),
    ]


def plain(found: Figure) -> Shown:
    """A number."""
    return Shown(found.value, figure(found.value), found.stamp)


def seats(found: CustomerFigures) -> Shown:
    """Seats assigned and bought; `at least` while a product is not known."""
    bought, assigned = found.seats_bought, found.seats_assigned
    words = _seats(assigned.value, bought.value, bool(found.unknown_products), spoken())
    return Shown(bought.value, words, bought.stamp)


@lru_cache(maxsize=4096)
def _seats(assigned: float | None, bought: float | None, at_least: bool, _language: str) -> str:
    """A list writes the same few pairs over and over."""
    words = say(_("{assigned} / {bought}"), assigned=figure(assigned), bought=figure(bought))
    return say(_("at least {seats}"), seats=words) if at_least else words


def score(found: CustomerFigures) -> Shown:
    """The secure score beside the maximum that Microsoft names."""
    points, most = found.secure_score, found.secure_score_max
    words = say(_("{score} of {most}"), score=figure(points.value), most=figure(most.value))
    return Shown(points.value, words, points.stamp)


def _to(name: str, overview: Overview) -> str:
    return reverse(name, kwargs={"customer_id": overview.customer.pk})
