"""The cells of the customers page: plain strings, since fifty rows of ten are drawn for each look at it."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.engines.inventory.queries import CustomerFigures, Figure
from tenantry.engines.inventory.rules import Stamp
from tenantry.kernel.residency import regions
from tenantry.kernel.text import Text, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Unknown
from tenantry.kernel.web.parts.shape import escaped
from tenantry.kernel.web.templatetags.format import day, figure, spoken
from tenantry.portal.customers import forms
from tenantry.portal.customers.models import AppProfile, Customer
from tenantry.portal.customers.queries import listing
from tenantry.portal.customers.views import figures

STATUSES: tuple[tuple[str, Text], ...] = (
    (AppProfile.Status.ACTIVE, lazy("Connected")),
    (AppProfile.Status.WAITING, lazy("Waiting")),
    (AppProfile.Status.INSUFFICIENT, lazy("Insufficient")),
    (AppProfile.Status.EXPIRED, lazy("Consent lost")),
    (AppProfile.Status.UNKNOWN, lazy("Unknown")),
)
MODES: tuple[tuple[str, Text], ...] = (
    (Customer.Mode.UNDECIDED, lazy("To be configured")),
    (Customer.Mode.PARTNER, lazy("Partner")),
    (Customer.Mode.CUSTOMER, lazy("Customer")),
)
_KINDS = {AppProfile.Status.ACTIVE: "good", AppProfile.Status.EXPIRED: "failed", AppProfile.Status.INSUFFICIENT: "soon",
          AppProfile.Status.WAITING: "waiting", AppProfile.Status.UNKNOWN: "unknown"}  # fmt: skip
_STATES = {Customer.State.PENDING: "waiting", Customer.State.EXPIRED: "soon"}


@functools.cache
def path(name: str) -> str:
    """The address of one customer's page of this name, with {id} in place of its number."""
    return reverse(name, kwargs={"customer_id": 0}).replace("/0", "/{id}")


def name(row: Any) -> SafeString:
    """The organisation, its default domain beneath."""
    title, href = escaped(row.organisation), path("customer").replace("{id}", str(row.pk))
    return SafeString(
        f'<span class="tn-name"><a class="tn-name-title" href="{href}" title="{title}">{title}</a>'
        f'<span class="tn-name-detail">{escaped(row.known.domain)}</span></span>'
    )


def status(row: Any) -> SafeString:
    """The consent in one word; the customer's state where it is not active."""
    if row.state != Customer.State.ACTIVE:
        return parts.status_word(_STATES.get(row.state, "idle"), row.get_state_display())
    return _consent(row.known.status)


def _consent(known: str) -> SafeString:
    return _consent_word(known, spoken())


@functools.lru_cache(maxsize=64)
def _consent_word(known: str, _language: str) -> SafeString:
    return parts.status_word(_KINDS[AppProfile.Status(known)], dict(STATUSES)[known])


def state_in_words(row: Any) -> str:
    """The status as an export writes it."""
    if row.state != Customer.State.ACTIVE:
        return str(row.get_state_display())
    return str(dict(STATUSES)[row.known.status])


def mode(row: Any) -> SafeString | Text:
    """Who manages the tenant; undecided is a badge, since a person must decide."""
    return _mode(row.mode, spoken())


@functools.lru_cache(maxsize=64)
def _mode(mode: str, _language: str) -> SafeString | str:
    words = str(dict(MODES)[mode])
    return parts.badge(words, "soon") if mode == Customer.Mode.UNDECIDED else words


def tags(row: Any) -> SafeString:
    """What fits of the tags, and how many more there are."""
    return parts.fitting([parts.tag(*tag) for tag in row.known.tags])


def users(row: Any, *, aside: bool = False) -> SafeString:
    """Users, with their age in the tooltip; `aside` when it replaces the cell that stands there."""
    return _live(row, "users", _number(row.known.figures and row.known.figures.users), aside)


def seats(row: Any, *, aside: bool = False) -> SafeString:
    """Seats assigned and bought."""
    return _live(row, "seats", _seats(row.known.figures), aside)


def _seats(found: CustomerFigures | None) -> SafeString:
    if found is None or found.seats_bought.value is None:
        return _number(found.seats_bought if found else None)
    return _aged(figures.seats(found).words, found.seats_bought.stamp)


def score(row: Any) -> SafeString:
    """The secure score of its maximum, as Microsoft tells it once a day."""
    found = row.known.figures
    if found is None or found.secure_score.value is None:
        return _number(found.secure_score if found else None)
    return _aged(figures.score(found).words, found.secure_score.stamp)


def devices(row: Any) -> SafeString:
    """Devices of the tenants."""
    return _number(row.known.figures and row.known.figures.devices)


def policies(row: Any) -> SafeString:
    """Conditional access policies that are switched on."""
    return _number(row.known.figures and row.known.figures.policies_enabled)


def groups(row: Any) -> SafeString:
    """Groups of the tenants."""
    return _number(row.known.figures and row.known.figures.groups)


def domains(row: Any) -> SafeString:
    """Domains of the tenants."""
    return _number(row.known.figures and row.known.figures.domains)


def guests(row: Any) -> SafeString:
    """Guests of the tenants."""
    return _number(row.known.figures and row.known.figures.guests)


def value(*names: str) -> Any:
    """What an export writes of a figure: the number, or why there is none."""

    def written(row: Any) -> Any:
        found = row.known.figures
        figure: Figure | None = getattr(found, names[0]) if found else None
        return None if figure is None else Unknown(figure.stamp.text) if figure.value is None else figure.value

    return written


def seats_in_words(row: Any) -> Any:
    """Seats as an export writes them: assigned and bought, or why they are unknown."""
    found = row.known.figures
    if found is None:
        return None
    return Unknown(found.seats_bought.stamp.text) if found.seats_bought.value is None else figures.seats(found).words


def score_in_words(row: Any) -> Any:
    """The secure score as an export writes it, or why it is unknown."""
    found = row.known.figures
    if found is None:
        return None
    return Unknown(found.secure_score.stamp.text) if found.secure_score.value is None else figures.score(found).words


def read_at(row: Any) -> datetime | Unknown | None:
    """When the oldest figure was read, for an export."""
    stamp = row.known.figures and row.known.figures.synced
    return None if stamp is None else stamp.at or Unknown(stamp.text)


def synced(row: Any) -> SafeString:
    """The oldest age of the figures shown, marked by the worst; asks again every two seconds during a first read."""
    age = parts.age(row.known.figures and row.known.figures.synced)
    if not row.known.is_reading:
        return age
    asks = parts.attributes(hx_get=reverse("customers-row", kwargs={"customer_id": row.pk}), hx_trigger="every 2s",
                            hx_swap="outerHTML")  # fmt: skip
    return SafeString(f'<span id="synced-{row.pk}"{asks}>{age}</span>')


def data_centre(row: Any) -> Text:
    """Where the customer's data is kept."""
    return regions.title(row.data_centre)


def country(row: Any) -> str:
    """The customer's country."""
    return forms.country_name(row.country)


def onboarded(row: Any) -> str:
    """The day."""
    return day(row.onboarded_at)


def apps(row: Any) -> SafeString:
    """Each app with the state of its consent."""
    words = dict(STATUSES)
    return parts.chips([f"{app.capitalize()}: {words[status]}" for app, status in row.known.apps])


def tenants(row: Any) -> str:
    """How many tenants the customer has."""
    return figure(row.known.tenants)


def _live(row: Any, key: str, cell: SafeString, aside: bool) -> SafeString:
    """A cell that is replaced while the customer is read."""
    if not (aside or row.known.is_reading):
        return cell
    swap = ' hx-swap-oob="true"' if aside else ""
    return SafeString(f'<span id="{key}-{row.pk}"{swap}>{cell}</span>')


def _number(found: Figure | None) -> SafeString:
    if found is None:
        return SafeString("")
    if found.value is None:
        stamp = found.stamp
        return SafeString(f'<span class="tn-meta" title="{escaped(stamp.title)}">{escaped(stamp.text)}</span>')
    return _aged(figure(found.value), found.stamp)


def _aged(words: str, stamp: Stamp) -> SafeString:
    return SafeString(f'<span title="{escaped(stamp.text)}, {escaped(stamp.title)}">{escaped(words)}</span>')


# --- what filters offer


def countries() -> list[tuple[str, str]]:
    """The countries that customers are in, by name."""
    present = listing.present("country")
    return [(code, words) for code, words in forms.countries() if code in present]


def kinds() -> list[tuple[str, Text]]:
    """The kinds of customers that there are."""
    present = listing.present("kind")
    return [(kind.value, kind.label) for kind in Customer.Kind if kind in present]


def app_states() -> list[tuple[str, str]]:
    """The apps of customers, in the states that occur."""
    words = dict(STATUSES)
    return [(f"{app}:{status}", f"{app.capitalize()}: {words[status]}") for app, status in listing.apps()]


STATES: tuple[tuple[str, Text], ...] = tuple(
    (state.value, state.label) for state in Customer.State if state != Customer.State.ERASED
)
ACCESSES: tuple[tuple[str, Text], ...] = tuple((access.value, access.label) for access in Customer.Access)
