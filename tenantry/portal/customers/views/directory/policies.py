"""Conditional Access policies of a customer's tenants in words, and the places that they name."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.templatetags.format import day, figure
from tenantry.portal.customers import forms, queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory import conditions
from tenantry.portal.customers.views.directory.base import NOT_READ, VIEW, Directory

REPORT = "enabledForReportingButNotEnforced"
STATES = (("enabled", lazy("On")), (REPORT, lazy("Only reporting")), ("disabled", lazy("Off")))
CONTROLS = tuple((key, words) for key, words in conditions.CONTROLS.items())
KINDS = {"enabled": "good", REPORT: "soon", "disabled": "idle"}


def _named(row: Any) -> SafeString:
    return parts.name_cell(row.display_name, row.history)


def _state(row: Any) -> SafeString:
    return parts.status_word(KINDS.get(row.state, "unknown"), dict(STATES).get(row.state, row.state))


def _asking(rows: Any, values: list[str]) -> Any:
    return rows.filter(controls__overlap=values)


def _trust(row: Any) -> SafeString:
    if not row.networks:
        return parts.status_word("none", "–")
    return parts.status_word("good", _("Trusted")) if row.trusted else parts.status_word("none", _("Not trusted"))


def _holds(row: Any) -> Text:
    body = row.values()
    if row.networks:
        named = [one.get("cidrAddress", "") for one in body.get("ipRanges") or ()]
    else:
        named = [forms.country_name(code) for code in body.get("countriesAndRegions") or ()]
        named += [_("unknown places")] if body.get("includeUnknownCountriesAndRegions") else []
    return conditions.listed(named)


class Policies(Directory):
    """The Conditional Access policies of a customer's tenants."""

    key, label, sort = "tenant-policies", lazy("Conditional Access"), "name"
    tab, address, kinds = "access", "customer-policies", ("conditional_access",)
    thing = "conditional_access"
    search_label, search = lazy("Search policies"), ("display_name__icontains",)
    columns = (
        Column("name", lazy("Policy"), _named, sort="sort_key", width=320,
               pinned=True),
        Column("state", lazy("State"), _state, sort="state", width=140),
        Column("users", lazy("Users"), lambda row: conditions.users(row.body_read, row.names), width=240,
               card="hidden"),
        Column("apps", lazy("Apps"), lambda row: conditions.apps(row.body_read, row.names), width=160, card="hidden"),
        Column("grant", lazy("What it does"), lambda row: conditions.grant(row.body_read), card="chips"),
        Column("modified", lazy("Changed"), lambda row: day(row.modified or row.created), sort="modified", width=120,
               card="side"),
    )  # fmt: skip
    filters = (
        Choice("state", lazy("State"), STATES),
        Choice("controls", lazy("What it does"), CONTROLS, narrow=_asking),
        Choice("everyone", lazy("Users"), (("True", lazy("Everybody")), ("False", lazy("Some")))),
    )
    views = (
        View("all", lazy("All")),
        View("on", lazy("On"), lambda rows: rows.filter(state="enabled")),
        View("reporting", lazy("Only reporting"), lambda rows: rows.filter(state=REPORT)),
        View("off", lazy("Off"), lambda rows: rows.filter(state="disabled")),
    )
    empty = NOT_READ

    def prepare(self, rows: list[Any]) -> None:
        """Read each policy once, and look up all names at once."""
        super().prepare(rows)
        for row in rows:
            row.body_read = row.values().get("conditions") or {}
            row.body_read["grantControls"] = row.values().get("grantControls")
        ids = {one for row in rows for one in conditions.ids(row.body_read)}
        names = inventory.names(self.customer_id, ids)
        for row in rows:
            row.names = names


class Locations(Directory):
    """The places that policies name."""

    key, label, sort = "tenant-locations", lazy("Named locations"), "name"
    tab, address, kinds = "access", "customer-locations", ("named_locations",)
    thing = "named_locations"
    search_label, search = lazy("Search locations"), ("display_name__icontains",)
    columns = (
        Column("name", lazy("Location"), _named, sort="sort_key", width=320,
               pinned=True),
        Column("trusted", lazy("Trust"), _trust, sort="trusted", width=160),
        Column("kind", lazy("Type"), lambda row: _("Networks") if row.networks else _("Countries"), width=140,
               card="side"),
        Column("parts", lazy("Parts"), lambda row: figure(row.parts), sort="parts", width=100, number=True),
        Column("holds", lazy("Holds"), _holds, width=300, card="chips"),
        Column("modified", lazy("Changed"), lambda row: day(row.modified or row.created), sort="modified"),
    )  # fmt: skip
    filters = (
        Choice("networks", lazy("Type"), (("True", lazy("Networks")), ("False", lazy("Countries")))),
        Choice("trusted", lazy("Trust"), (("True", lazy("Trusted")), ("False", lazy("Not trusted")))),
    )
    empty = NOT_READ


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def policies(request: Request, customer: Customer) -> HttpResponse:
    """Conditional Access policies in words."""
    return Policies.from_request(request, inventory.access_policies(customer.pk)).answer(customer)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def locations(request: Request, customer: Customer) -> HttpResponse:
    """Networks and countries that policies name."""
    return Locations.from_request(request, inventory.named_locations(customer.pk)).answer(customer)
