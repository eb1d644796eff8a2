"""What one thing of a customer's tenant was: each change in words, what Microsoft sent on demand."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.queries import Change, Thing
from tenantry.kernel.text import Text, lazy
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import queries
from tenantry.portal.customers.views.directory import properties
from tenantry.portal.customers.views.directory.base import VIEW, around

PLACES: dict[str, tuple[str, str]] = {
    "users": ("users", "customer-users"),
    "groups": ("users", "customer-groups"),
    "skus": ("users", "customer-licences"),
    "devices": ("devices", "customer-devices"),
    "role_definitions": ("roles", "customer-roles"),
    "role_assignments": ("roles", "customer-roles"),
    "applications": ("apps", "customer-apps"),
    "service_principals": ("apps", "customer-principals"),
    "grants": ("apps", "customer-consents"),
    "conditional_access": ("access", "customer-policies"),
    "registration": ("users", "customer-registrations"),
    "sign_in_activity": ("users", "customer-sign-ins"),
    "policies": ("access", "customer-settings"),
    "authentication_methods": ("access", "customer-settings"),
    "named_locations": ("access", "customer-locations"),
}
"""The tab and the list that a kind's things stand in."""
PAGES = {"groups": ("customer-group", "tenant_group_id"), "role_definitions": ("customer-role", "tenant_role_id")}
"""Kinds whose things have a page of their own."""
SENTENCES: dict[str, Text] = {
    "known": lazy("First read. What it was before is not known."),
    "made": lazy("Came into being."),
    "changed": lazy("Changed."),
    "removed": lazy("Was removed."),
}
ICONS = {"known": "history", "made": "plus", "changed": "pencil", "removed": "trash"}


@dataclass(frozen=True)
class Told:
    """A change in words."""

    change: Change
    sentence: Text
    icon: str
    rows: list[tuple[str, str, str]]


@page(VIEW, of=inventory.thing, methods=("GET", "HEAD"))
def history(request: Request, thing: Thing) -> HttpResponse:
    """The whole history in pages; beside a list the newest changes alone."""
    customer, beside = queries.customer(thing.customer_id), request.headers.get("HX-Target") == "tn-drawer"
    changes, following = inventory.history(thing, request.GET.get("before", "")[:40])
    here = reverse("customer-history", kwargs={
        "customer_id": customer.pk, "tenant_kind": thing.kind.name, "observed_id": thing.number})  # fmt: skip
    context = {
        "thing": thing, "changes": told(customer.pk, changes), "here": here, "open": _page_of(thing),
        "earlier": f"{here}?{urlencode({'before': following})}" if following else "",
        "known_since": inventory.known_since(customer.pk, [thing.kind.name]),
    }  # fmt: skip
    if not beside:
        tab, address = PLACES.get(thing.kind.name, ("", ""))
        context |= around(request, customer, tab, (thing.kind.name,))
        context["list"] = reverse(address, kwargs={"customer_id": customer.pk}) if address else ""
    response = render(request, f"customers/history{'_beside' if beside else ''}.html", context)
    patch_vary_headers(response, ["HX-Target"])
    return response


def told(customer_id: int, changes: list[Change]) -> list[Told]:
    """Changes in words, with the names of whatever they name looked up at once."""
    ids = {text for change in changes for text in properties.ids(change.differences)}
    names = inventory.names(customer_id, ids)
    return [Told(change, SENTENCES[change.what], ICONS[change.what], _rows(change, names)) for change in changes]


def _rows(change: Change, names: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        (properties.title(one.path), properties.words(one.before, names), properties.words(one.after, names))
        for one in change.differences
    ]


def _page_of(thing: Thing) -> str:
    if thing.kind.name not in PAGES or thing.gone_at is not None:
        return ""
    name, key = PAGES[thing.kind.name]
    return reverse(name, kwargs={"customer_id": thing.customer_id, key: thing.number})
