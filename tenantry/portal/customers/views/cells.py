"""The cells of the customers page."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.engines.inventory.queries import Figure
from tenantry.kernel.residency import regions
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.parts.shape import format_html
from tenantry.kernel.web.templatetags.format import day, figure
from tenantry.portal.customers import forms
from tenantry.portal.customers.models import AppProfile, Customer
from tenantry.portal.customers.queries import listing
from tenantry.portal.customers.views import figures

STATUSES: tuple[tuple[str, Text], ...] = (
    (AppProfile.Status.ACTIVE, lazy("Connected")),
    (AppProfile.Status.WAITING, lazy("Waiting")),
    (AppProfile.Status.INSUFFICIENT, lazy("Insufficient")),
    (AppProfile.Status.EXPIRED, lazy("Consent lost")),
)
MODES: tuple[tuple[str, Text], ...] = (
    (Customer.Mode.UNDECIDED, lazy("To be configured")),
    (Customer.Mode.PARTNER, lazy("Partner")),
    (Customer.Mode.CUSTOMER, lazy("Customer")),
)
_KINDS = {AppProfile.Status.ACTIVE: "good", AppProfile.Status.EXPIRED: "failed", AppProfile.Status.INSUFFICIENT: "soon",
          AppProfile.Status.WAITING: "waiting", AppProfile.Status.UNKNOWN: "unknown"}  # fmt: skip


def name(row: Any) -> SafeString:
    """The organisation, its default domain beneath."""
    return parts.name_cell(row.organisation, _address("customer", row), row.known.domain)


def status(row: Any) -> SafeString:
    """The consent in one word; the customer's state where it is not active."""
    if row.state != Customer.State.ACTIVE:
        return parts.status_word("waiting", row.get_state_display())
    known = AppProfile.Status(row.known.status)
    words = dict(STATUSES).get(known, lazy("unknown"))
    return parts.status_word(_KINDS[known], words)


def mode(row: Any) -> SafeString | Text:
    """Who manages the tenant; undecided is a badge, since a person must decide."""
    if row.mode == Customer.Mode.UNDECIDED:
        return parts.badge(_("To be configured"), "soon")
    return dict(MODES)[row.mode]


def tags(row: Any) -> SafeString:
    """What fits of the tags, and how many more there are."""
    return parts.fitting([parts.tag(tag.name, tag.colour) for tag in row.known.tags])


def users(row: Any, *, aside: bool = False) -> SafeString:
    """Users, with their age in the tooltip; `aside` when it replaces the cell that stands there."""
    return _live(row, "users", _number(row.known.figures and row.known.figures.users), hx_swap_oob=aside and "true")


def seats(row: Any, *, aside: bool = False) -> SafeString:
    """Seats assigned and bought."""
    found = row.known.figures
    if found is None or found.seats_bought.value is None:
        cell = _number(found and found.seats_bought)
    else:
        shown = figures.seats(found)
        cell = format_html('<span title="{}">{}</span>', shown.stamp.title, shown.words)
    return _live(row, "seats", cell, hx_swap_oob=aside and "true")


def groups(row: Any) -> SafeString:
    """Groups of the tenants."""
    return _number(row.known.figures and row.known.figures.groups)


def domains(row: Any) -> SafeString:
    """Domains of the tenants."""
    return _number(row.known.figures and row.known.figures.domains)


def synced(row: Any) -> SafeString:
    """The oldest age of the figures shown, marked by the worst; asks again every two seconds during a first read."""
    asks = _address("customers-row", row) if row.known.is_reading else ""
    stamp = row.known.figures and row.known.figures.synced
    return _live(row, "synced", parts.age(stamp), hx_get=asks, hx_trigger=asks and "every 2s",
                 hx_swap=asks and "outerHTML")  # fmt: skip


def data_centre(row: Any) -> Text:
    """Where the customer's data is kept."""
    return regions.title(row.data_centre)


def onboarded(row: Any) -> str:
    """The day."""
    return day(row.onboarded_at)


def countries() -> list[tuple[str, str]]:
    """The countries that customers are in, by name."""
    present = listing.countries()
    return [(code, words) for code, words in forms.countries() if code in present]


def _address(name: str, row: Any) -> str:
    """A page of one customer: the address is asked for once, not for each row."""
    return _pattern(name).format(row.pk)


@cache
def _pattern(name: str) -> str:
    return reverse(name, kwargs={"customer_id": 0}).replace("/0", "/{}", 1)


def _live(row: Any, key: str, cell: SafeString, **more: Any) -> SafeString:
    """A cell that may be replaced while the customer is read."""
    return format_html('<span id="{}-{}"{}>{}</span>', key, str(row.pk), parts.attributes(**more), cell)


def _number(found: Figure | None) -> SafeString:
    if found is None:
        return SafeString("")
    if found.value is None:
        return format_html('<span class="tn-meta" title="{}">{}</span>', found.stamp.title, found.stamp.text)
    return format_html('<span title="{}, {}">{}</span>', found.stamp.text, found.stamp.title, figure(found.value))
