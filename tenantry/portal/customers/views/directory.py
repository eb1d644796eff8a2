"""Lists of what a customer's tenants hold: users, groups, licences."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, Empty, Grid, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts.shape import format_html
from tenantry.kernel.web.templatetags.format import day, figure
from tenantry.portal.customers import forms, queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.customer import framed

VIEW = "customers.view"
_NOT_READ = Empty(lazy("What was read will stand here"), lazy("The tenant has not been read yet."))


def _person(row: Any) -> SafeString:
    return parts.name_cell(row.display_name, "", row.upn)


def _sign_in(row: Any) -> SafeString:
    if row.enabled is None:
        return parts.status_word("unknown", _("unknown"))
    return parts.status_word("good", _("Allowed")) if row.enabled else parts.status_word("idle", _("Blocked"))


def _licensed(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    if len(values) != 1:
        return rows
    return rows.filter(licences__gt=0) if values == ["yes"] else rows.filter(licences=0)


def _kind(row: Any) -> Text:
    if row.team:
        return _("Team")
    if row.unified:
        return _("Microsoft 365 group")
    return _("Security group") if row.security else _("Distribution list")


def _counted(row: Any) -> SafeString | Text:
    if row.counted == "unknown":
        return parts.status_word("unknown", _("unknown product"))
    return _("yes") if row.counted == "m365" else _("no")


class Directory(Grid):
    """A list of one customer's things."""

    customer_id: int = 0


class Users(Directory):
    """The accounts of a customer's tenants."""

    key, label, sort = "tenant-users", lazy("Users"), "name"
    search_label, search = lazy("Search users"), ("display_name",)
    columns = (
        Column("name", lazy("Name"), _person, sort="sort_key", width=300, pinned=True),
        Column("sign_in", lazy("Sign-in"), _sign_in, width=140),
        Column("kind", lazy("Type"), lambda row: _("Guest") if row.guest else _("Member"), width=100, card="side"),
        Column("licences", lazy("Licences"), lambda row: figure(row.licences), sort="licences", width=100, number=True),
        Column("department", lazy("Department"), lambda row: row.department, width=180),
        Column("title", lazy("Job title"), lambda row: row.job_title, width=200),
        Column("country", lazy("Country"), lambda row: forms.country_name(row.country) if row.country else ""),
        Column("mail", lazy("E-mail"), lambda row: row.mail, width=240, optional=True),
        Column("created", lazy("Created"), lambda row: day(row.created), sort="created", width=140, optional=True),
    )
    filters = (
        Choice("enabled", lazy("Sign-in"), (("True", lazy("Allowed")), ("False", lazy("Blocked")))),
        Choice("licensed", lazy("Licences"), (("yes", lazy("Has a licence")), ("no", lazy("Has none"))),
               narrow=_licensed),
    )  # fmt: skip
    views = (
        View("all", lazy("All")),
        View("member", lazy("Users"), lambda rows: rows.filter(guest=False)),
        View("guest", lazy("Guests"), lambda rows: rows.filter(guest=True)),
    )
    empty = _NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name or address."""
        return rows.filter(pk__in=inventory.users(self.customer_id, wish).values("pk"))


class Groups(Directory):
    """The groups of a customer's tenants."""

    key, label, sort = "tenant-groups", lazy("Groups"), "name"
    search_label, search = lazy("Search groups"), ("display_name",)
    columns = (
        Column("name", lazy("Group"), lambda row: parts.name_cell(row.display_name, "", row.mail), sort="sort_key",
               width=360, pinned=True),
        Column("kind", lazy("Type"), _kind, width=200),
        Column("membership", lazy("Membership"), lambda row: _("Dynamic") if row.dynamic else _("Assigned"), width=140),
        Column("created", lazy("Created"), lambda row: day(row.created), sort="created"),
    )  # fmt: skip
    empty = _NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name or address."""
        return rows.filter(pk__in=inventory.groups(self.customer_id, wish).values("pk"))


class Licences(Directory):
    """What a customer's tenants have bought."""

    key, label, sort = "tenant-licences", lazy("Licences"), "product"
    columns = (
        Column("product", lazy("Product"), lambda row: parts.name_cell(row.title, "", row.part_number), sort="title",
               width=360, pinned=True),
        Column("counted", lazy("Counts as M365 seats"), _counted, width=200),
        Column("assigned", lazy("Assigned"), lambda row: figure(row.assigned), sort="assigned", width=120, number=True),
        Column("bought", lazy("Bought"), lambda row: figure(row.bought), sort="bought", width=120, number=True),
        Column("suspended", lazy("Suspended"), lambda row: figure(row.suspended), width=120, number=True),
        Column("status", lazy("State at Microsoft"), lambda row: row.status),
    )  # fmt: skip
    views = (
        View("all", lazy("All")),
        View("m365", lazy("M365 seats"), lambda rows: rows.filter(counted="m365")),
    )
    empty = Empty(lazy("No licences"), lazy("The tenant has bought nothing, or has not been read yet."))


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def users(request: Request, customer: Customer) -> HttpResponse:
    """Users and guests, with search."""
    return _list(request, customer, Users.from_request(request, inventory.users(customer.pk)), "users")


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def groups(request: Request, customer: Customer) -> HttpResponse:
    """Groups, with search."""
    return _list(request, customer, Groups.from_request(request, inventory.groups(customer.pk)), "groups")


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def licences(request: Request, customer: Customer) -> HttpResponse:
    """Products with seats bought and assigned, and their sum."""
    rows = inventory.skus(customer.pk)
    total = rows.filter(counted="m365").aggregate(assigned=Sum("assigned"), bought=Sum("bought"))
    words = format_html(_("{assigned} of {bought} M365 seats are assigned."), assigned=figure(total["assigned"] or 0),
                        bought=figure(total["bought"] or 0)) if total["bought"] is not None else ""  # fmt: skip
    return _list(request, customer, Licences.from_request(request, rows), "skus", words)


def _list(request: Request, customer: Customer, grid: Directory, kind: str, words: Text = "") -> HttpResponse:
    """A list under the customer's head, with its age and why it cannot be read where it cannot."""
    grid.customer_id = customer.pk
    views = [view for view in inventory.kinds(customer.pk) if view.kind == kind]
    context = framed(request, customer, "users") | {"views": views, "words": words, "lists": _lists(customer, grid)}
    return grid.respond("customers/directory.html", context)


def _lists(customer: Customer, grid: Directory) -> list[parts.Tab]:
    """The lists beside this one."""
    here = {"customer_id": customer.pk}
    return [
        parts.Tab(each.label, reverse(name, kwargs=here), isinstance(grid, each))
        for each, name in ((Users, "customer-users"), (Groups, "customer-groups"), (Licences, "customer-licences"))
    ]
