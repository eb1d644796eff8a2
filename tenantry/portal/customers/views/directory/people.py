"""Users, groups with who belongs to them, and licences."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.models import TenantGroup
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, Empty, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts.shape import format_html
from tenantry.kernel.web.templatetags.format import day, figure
from tenantry.portal.customers import forms, queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory.base import NOT_READ, VIEW, Directory


def _person(row: Any) -> SafeString:
    return parts.name_cell(row.display_name, row.history, row.upn)


def sign_in(row: Any) -> SafeString:
    """Whether an account may sign in."""
    if row.enabled is None:
        return parts.status_word("unknown", _("unknown"))
    return parts.status_word("good", _("Allowed")) if row.enabled else parts.status_word("idle", _("Blocked"))


def _licensed(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    if len(values) != 1:
        return rows
    return rows.filter(licences__gt=0) if values == ["yes"] else rows.filter(licences=0)


def group_kind(row: Any) -> Text:
    """What sort of group it is."""
    if row.team:
        return _("Team")
    if row.unified:
        return _("Microsoft 365 group")
    return _("Security group") if row.security else _("Distribution list")


def _group(row: Any) -> SafeString:
    href = reverse("customer-group", kwargs={"customer_id": row.customer_id, "tenant_group_id": row.pk})
    return parts.name_cell(
        row.display_name, row.history if inventory.is_gone(row.pk) else f"{href}{row.then}", row.mail
    )


def _of_kind(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    wanted = rows.none()
    for value in values:
        wanted |= rows.filter(**_GROUPS[value])
    return wanted


_GROUPS: dict[str, dict[str, bool]] = {
    "team": {"team": True},
    "unified": {"unified": True, "team": False},
    "security": {"unified": False, "security": True},
    "list": {"unified": False, "security": False},
}


def _product(row: Any) -> SafeString:
    return parts.name_cell(row.title, row.history, row.part_number)


def _counted(row: Any) -> SafeString | Text:
    if row.counted == "unknown":
        return parts.status_word("unknown", _("unknown product"))
    return _("yes") if row.counted == "m365" else _("no")


class Users(Directory):
    """The accounts of a customer's tenants."""

    key, label, sort = "tenant-users", lazy("Users"), "name"
    address, kinds, thing = "customer-users", ("users",), "users"
    search_label, search = lazy("Search users"), ("display_name",)
    columns = (
        Column("name", lazy("Name"), _person, sort="sort_key", width=300, pinned=True),
        Column("sign_in", lazy("Sign-in"), sign_in, width=140),
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
    empty = NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name or address."""
        return rows.filter(pk__in=inventory.users(self.customer_id, wish).values("pk"))


class Groups(Directory):
    """The groups of a customer's tenants."""

    key, label, sort = "tenant-groups", lazy("Groups"), "name"
    address, kinds, thing = "customer-groups", ("groups",), "groups"
    search_label, search = lazy("Search groups"), ("display_name",)
    columns = (
        Column("name", lazy("Group"), _group, sort="sort_key", width=360, pinned=True),
        Column("kind", lazy("Type"), group_kind, width=200),
        Column("members", lazy("Members"), lambda row: figure(row.members), sort="members", width=100, number=True),
        Column("owners", lazy("Owners"), lambda row: figure(row.owners), sort="owners", width=100, number=True),
        Column("membership", lazy("Membership"), lambda row: _("Dynamic") if row.dynamic else _("Assigned"), width=140),
        Column("created", lazy("Created"), lambda row: day(row.created), sort="created"),
    )
    filters = (
        Choice("type", lazy("Type"), (("team", lazy("Team")), ("unified", lazy("Microsoft 365 group")),
               ("security", lazy("Security group")), ("list", lazy("Distribution list"))), narrow=_of_kind),
        Choice("dynamic", lazy("Membership"), (("True", lazy("Dynamic")), ("False", lazy("Assigned")))),
    )  # fmt: skip
    views = (
        View("all", lazy("All")),
        View("ownerless", lazy("Without an owner"), lambda rows: rows.filter(owners=0)),
        View("empty", lazy("Without members"), lambda rows: rows.filter(members=0)),
    )
    empty = NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name or address."""
        return rows.filter(pk__in=inventory.groups(self.customer_id, wish).values("pk"))


class Members(Directory):
    """Who belongs to a group, and whose it is."""

    key, label, sort = "group-members", lazy("Members"), "name"
    kinds, named = ("groups",), ("users", "devices", "service_principals")
    search_label, search = lazy("Search members"), ("name__icontains", "address__icontains")
    columns = (
        Column("name", lazy("Name"), lambda row: member(row, row.member_id), sort="name_sort", width=400, pinned=True),
        Column("kind", lazy("Type"), lambda row: sort_of(row.found_as or row.kind), width=160),
        Column("since", lazy("Known since"), lambda row: day(row.since), sort="since", card="side"),
    )
    views = (
        View("members", lazy("Members"), lambda rows: rows.filter(relation="members")),
        View("owners", lazy("Owners"), lambda rows: rows.filter(relation="owners")),
    )
    empty = Empty(lazy("Nobody belongs to this group"), lazy("Members and owners will stand here."))


class Licences(Directory):
    """What a customer's tenants have bought."""

    key, label, sort = "tenant-licences", lazy("Licences"), "product"
    address, kinds, thing = "customer-licences", ("skus",), "skus"
    columns = (
        Column("product", lazy("Product"), _product, sort="title",
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


def member(row: Any, object_id: str) -> SafeString:
    """A thing that another names by its id; of a kind that is not read only the id is known."""
    if not row.name:
        return parts.name_cell(object_id, row.history, _("not among what is read"))
    return parts.name_cell(row.name, row.history, row.address)


def sort_of(kind: str) -> Text:
    """What kind of thing it is."""
    words = {"user": _("User"), "group": _("Group"), "app": _("App"), "device": _("Device"),
             "servicePrincipal": _("App"), "orgContact": _("Contact")}  # fmt: skip
    return words.get(kind, kind)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def users(request: Request, customer: Customer) -> HttpResponse:
    """Users and guests, with search."""
    return Users.from_request(request, inventory.users(customer.pk)).answer(customer)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def groups(request: Request, customer: Customer) -> HttpResponse:
    """Groups, with search."""
    return Groups.from_request(request, inventory.groups(customer.pk)).answer(customer)


@page(VIEW, of=inventory.group, methods=("GET", "HEAD"))
def group(request: Request, found: TenantGroup) -> HttpResponse:
    """One group with its members and owners."""
    customer = queries.customer(found.customer_id)
    grid = Members.from_request(request, inventory.members(found))
    with grid.as_of(customer.pk):
        then = inventory.group(customer.pk, found.pk)
        return grid.shown_at(customer, template="group", thing=then, kind=group_kind(then), body=then.values())


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def licences(request: Request, customer: Customer) -> HttpResponse:
    """Products with seats bought and assigned, and their sum."""
    grid = Licences.from_request(request, inventory.skus(customer.pk))
    with grid.as_of(customer.pk):
        total = grid.all.filter(counted="m365").aggregate(assigned=Sum("assigned"), bought=Sum("bought"))
        words = format_html(
            _("{assigned} of {bought} M365 seats are assigned."), assigned=figure(total["assigned"] or 0),
            bought=figure(total["bought"] or 0)) if total["bought"] is not None else ""  # fmt: skip
        return grid.shown_at(customer, words)
