"""Administrator roles of a customer's tenants, and who holds each."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.models import RoleDefinition
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, Empty, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.templatetags.format import day, figure
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory.base import NOT_READ, VIEW, Directory
from tenantry.portal.customers.views.directory.people import member, sign_in, sort_of

KINDS = ("role_definitions", "role_assignments")
PRINCIPALS = ("users", "groups", "service_principals", "devices")


def _role(row: Any) -> SafeString:
    href = reverse("customer-role", kwargs={"customer_id": row.customer_id, "tenant_role_id": row.pk})
    return parts.name_cell(row.display_name, row.history if inventory.is_gone(row.pk) else f"{href}{row.then}")


def _privilege(row: RoleDefinition) -> SafeString:
    return parts.status_word("soon", _("Privileged")) if row.privileged else parts.status_word("none", _("Ordinary"))


def part(row: Any) -> Text:
    """Over what a role is held."""
    if row.part in ("", "/"):
        return _("The whole tenant")
    return _("An administrative unit") if "/administrativeUnits/" in row.part else _("One app or object")


def _holder_state(row: Any) -> SafeString:
    return sign_in(row) if row.found_as == "user" else parts.status_word("none", _("not a person"))


class Roles(Directory):
    """The administrator roles of a customer's tenants."""

    key, label, sort = "tenant-roles", lazy("Roles"), "-holders"
    tab, address, kinds, thing = "roles", "customer-roles", KINDS, "role_definitions"
    search_label, search = lazy("Search roles"), ("display_name__icontains",)
    columns = (
        Column("name", lazy("Role"), _role, sort="sort_key", width=400, pinned=True),
        Column("privilege", lazy("Reach"), _privilege, sort="privileged", width=160),
        Column("holders", lazy("Holders"), lambda row: figure(row.holders), sort="holders", width=120, number=True,
               card="side"),
        Column("origin", lazy("Made by"), lambda row: _("Microsoft") if row.builtin else _("The customer"), width=160),
        Column("state", lazy("State"), lambda row: _("Enabled") if row.enabled else _("Disabled")),
    )  # fmt: skip
    filters = (
        Choice("privileged", lazy("Reach"), (("True", lazy("Privileged")), ("False", lazy("Ordinary")))),
        Choice("builtin", lazy("Made by"), (("True", lazy("Microsoft")), ("False", lazy("The customer")))),
    )
    views = (
        View("held", lazy("Held by somebody"), lambda rows: rows.filter(holders__gt=0)),
        View("all", lazy("All")),
    )
    empty = NOT_READ


class Holders(Directory):
    """Who holds a role."""

    key, label, sort = "role-holders", lazy("Holders"), "name"
    tab, kinds, named, thing = "roles", KINDS, PRINCIPALS, "role_assignments"
    search_label, search = lazy("Search holders"), ("name__icontains", "address__icontains")
    columns = (
        Column("name", lazy("Holder"), lambda row: member(row, row.principal_id), sort="name_sort", width=360,
               pinned=True),
        Column("state", lazy("Sign-in"), _holder_state, width=160),
        Column("kind", lazy("Type"), lambda row: sort_of(row.found_as), width=120, card="side"),
        Column("part", lazy("Over"), part, sort="part", width=200),
        Column("since", lazy("Known since"), lambda row: day(row.changed_at), sort="changed_at"),
    )  # fmt: skip
    empty = Empty(lazy("Nobody holds this role"), lazy("Holders will stand here."))


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def roles(request: Request, customer: Customer) -> HttpResponse:
    """Roles with the number of their holders."""
    return Roles.from_request(request, inventory.roles(customer.pk)).answer(customer)


@page(VIEW, of=inventory.role, methods=("GET", "HEAD"))
def role(request: Request, found: RoleDefinition) -> HttpResponse:
    """One role with those who hold it."""
    customer = queries.customer(found.customer_id)
    grid = Holders.from_request(request, inventory.holders(found))
    with grid.as_of(customer.pk):
        then = inventory.role(customer.pk, found.pk)
        return grid.shown_at(customer, template="role", thing=then, body=then.values())
