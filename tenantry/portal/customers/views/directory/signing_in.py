"""How people of a customer's tenants sign in: with what, and when they last did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel import clock
from tenantry.kernel.text import Text, _, lazy, say
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.templatetags.format import ago, moment, share
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory.base import NOT_READ, VIEW, Directory
from tenantry.portal.customers.views.directory.people import member

QUIET = timedelta(days=90)
METHODS: dict[str, Text] = {
    "microsoftAuthenticatorPush": lazy("Authenticator app"),
    "microsoftAuthenticatorPasswordless": lazy("Authenticator app without a password"),
    "softwareOneTimePasscode": lazy("Code of an app"),
    "hardwareOneTimePasscode": lazy("Code of a device"),
    "mobilePhone": lazy("Mobile telephone"),
    "alternateMobilePhone": lazy("Second mobile telephone"),
    "officePhone": lazy("Office telephone"),
    "email": lazy("E-mail"),
    "securityQuestion": lazy("Security questions"),
    "windowsHelloForBusiness": lazy("Windows Hello"),
    "fido2SecurityKey": lazy("Security key"),
    "passKeyDeviceBound": lazy("Passkey"),
    "temporaryAccessPass": lazy("Temporary pass"),
}


def _person(row: Any) -> SafeString:
    return parts.name_cell(row.display_name, row.history, row.upn)


def _factor(row: Any) -> SafeString:
    if row.capable is None:
        return parts.status_word("unknown", _("unknown"))
    return parts.status_word("good", _("Registered")) if row.capable else parts.status_word("soon", _("None"))


def _methods(row: Any) -> SafeString:
    return parts.chips(METHODS.get(method, method) for method in row.methods)


def _without(row: Any) -> Text:
    if row.passwordless is None:
        return _("unknown")
    return _("Can") if row.passwordless else _("Cannot")


def _kind(row: Any) -> Text:
    if row.guest:
        return _("Guest")
    return _("Administrator") if row.admin else _("Member")


def _last(row: Any) -> SafeString:
    if row.last is None:
        return parts.status_word("none", _("never seen"))
    return parts.status_word("idle" if row.last < clock.now() - QUIET else "good", ago(row.last), moment(row.last))


def _quiet(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(last__lt=clock.now() - QUIET)


class Registrations(Directory):
    """What people have registered to sign in with."""

    key, label, sort = "tenant-registrations", lazy("Sign-in methods"), "name"
    address, kinds, named, thing = "customer-registrations", ("registration",), ("users",), "registration"
    search_label, search = lazy("Search users"), ("display_name__icontains", "upn__icontains")
    columns = (
        Column("name", lazy("Name"), _person, sort="sort_key", width=300, pinned=True),
        Column("factor", lazy("Second factor"), _factor, sort="capable", width=160),
        Column("kind", lazy("Type"), _kind, width=140, card="side"),
        Column("without", lazy("Without a password"), _without, sort="passwordless", width=180),
        Column("methods", lazy("Methods"), _methods, card="chips"),
    )
    filters = (
        Choice("capable", lazy("Second factor"), (("True", lazy("Registered")), ("False", lazy("None")))),
        Choice("passwordless", lazy("Without a password"), (("True", lazy("Can")), ("False", lazy("Cannot")))),
    )
    views = (
        View("all", lazy("All")),
        View("without", lazy("Members without a second factor"), lambda rows: rows.filter(capable=False, guest=False)),
        View("admins", lazy("Administrators"), lambda rows: rows.filter(admin=True)),
    )
    empty = NOT_READ


class Activity(Directory):
    """When people last signed in."""

    key, label, sort = "tenant-activity", lazy("Sign-in activity"), "name"
    address, kinds, named, thing = "customer-sign-ins", ("sign_in_activity",), ("users",), "sign_in_activity"
    search_label, search = lazy("Search users"), ("name__icontains", "address__icontains")
    columns = (
        Column("name", lazy("Name"), lambda row: member(row, row.object_id), sort="name_sort", width=320, pinned=True),
        Column("last", lazy("Last sign-in"), _last, sort="last", width=200),
        Column("succeeded", lazy("Last that succeeded"), lambda row: ago(row.succeeded), sort="succeeded", width=200,
               card="side"),
        Column("quiet", lazy("Last in the background"), lambda row: ago(row.quiet), sort="quiet"),
    )  # fmt: skip
    views = (
        View("all", lazy("All")),
        View("quiet", lazy("No sign-in for 90 days"), _quiet),
        View("never", lazy("Never seen"), lambda rows: rows.filter(last=None)),
    )
    empty = NOT_READ


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def registered(request: Request, customer: Customer) -> HttpResponse:
    """Registered methods, and the share of members who can be asked for a second factor."""
    grid = Registrations.from_request(request, inventory.registrations(customer.pk))
    with grid.as_of(customer.pk):
        told = "" if grid.moment.at else _share(customer.pk)
        return grid.shown_at(customer, told)


def _share(customer_id: int) -> str:
    yes, no, unknown = inventory.registered(customer_id)
    told = _("Members who can be asked for a second factor: {share}.")
    return say(told, share=share(yes, no, unknown)) if yes or no else ""


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def sign_ins(request: Request, customer: Customer) -> HttpResponse:
    """When each user last signed in."""
    return Activity.from_request(request, inventory.activity(customer.pk)).answer(customer)
