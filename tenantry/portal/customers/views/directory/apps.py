"""Apps of a customer's tenants: registered there, present there, and what was consented to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel import clock
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Choice, Column, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.templatetags.format import day, figure
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory import scopes
from tenantry.portal.customers.views.directory.base import NOT_READ, VIEW, Directory

SOON = timedelta(days=30)
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant that Microsoft's own apps are registered in (verify first-party apps in sign-in reports)."""
AUDIENCES = {
    "AzureADMyOrg": lazy("This tenant"),
    "AzureADMultipleOrgs": lazy("Any tenant"),
    "AzureADandPersonalMicrosoftAccount": lazy("Any tenant and personal accounts"),
    "PersonalMicrosoftAccount": lazy("Personal accounts"),
}


def _app(row: Any) -> SafeString:
    return parts.name_cell(row.display_name, row.history, row.app_id)


def _consent(row: Any) -> SafeString:
    return parts.name_cell(row.app or row.client_id, row.history, row.resource or "")


def _secrets(row: Any) -> SafeString:
    if not row.credentials:
        return parts.status_word("none", _("no secret"))
    if row.expires is None:
        return parts.status_word("good", _("without an end"))
    if row.expires < clock.now():
        return parts.status_word("failed", _("ended"), title=day(row.expires))
    ends = "soon" if row.expires < clock.now() + SOON else "good"
    return parts.status_word(ends, day(row.expires))


def _origin(row: Any) -> Text:
    if row.type == "ManagedIdentity":
        return _("Managed identity")
    if row.owner_tenant == row.tenant:
        return _("This tenant")
    return _("Microsoft") if row.owner_tenant == MICROSOFT else _("Another firm")


def _use(row: Any) -> SafeString:
    if row.enabled is False:
        return parts.status_word("idle", _("Blocked"))
    return parts.status_word("good", _("Those assigned") if row.assigned_only else _("Everybody"))


def _foreign(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(owner_tenant__in=("", MICROSOFT)).exclude(owner_tenant=F("source__tenant_id"))


def _for_whom(row: Any) -> SafeString:
    if not row.principal_id:
        return parts.status_word("soon", _("Everybody"))
    return format_html("{}", row.person or row.principal_id)


def _for_everybody(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
    if len(values) != 1:
        return rows
    return rows.filter(principal_id="") if values == ["yes"] else rows.exclude(principal_id="")


def _may(row: Any) -> SafeString:
    words = scopes.sentences(row.scope)
    return format_html('<span title="{}">{}</span>', row.scope, " ".join(words))


class Registrations(Directory):
    """Apps that are registered in a customer's tenants."""

    key, label, sort = "tenant-apps", lazy("App registrations"), "name"
    tab, address, kinds = "apps", "customer-apps", ("applications",)
    thing = "applications"
    search_label, search = lazy("Search apps"), ("display_name",)
    columns = (
        Column("name", lazy("App"), _app, sort="sort_key", width=400, pinned=True),
        Column("expires", lazy("Secrets end"), _secrets, sort="expires", width=180),
        Column("credentials", lazy("Secrets"), lambda row: figure(row.credentials), sort="credentials", width=100,
               number=True, card="hidden"),
        Column("audience", lazy("Who may sign in"), lambda row: AUDIENCES.get(row.audience, row.audience), width=240),
        Column("created", lazy("Registered"), lambda row: day(row.created), sort="created", card="side"),
    )  # fmt: skip
    filters = (Choice("audience", lazy("Who may sign in"), tuple(AUDIENCES.items())),)
    views = (
        View("all", lazy("All")),
        View("ending", lazy("Secret ends within 30 days"), lambda rows: rows.filter(
            expires__gte=clock.now(), expires__lt=clock.now() + SOON)),
        View("ended", lazy("Secret has ended"), lambda rows: rows.filter(expires__lt=clock.now())),
    )  # fmt: skip
    empty = NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name or id."""
        return rows.filter(pk__in=inventory.applications(self.customer_id, wish).values("pk"))


class Principals(Directory):
    """Apps that are present in a customer's tenants."""

    key, label, sort = "tenant-principals", lazy("Enterprise apps"), "name"
    tab, address, kinds = "apps", "customer-principals", ("service_principals", "grants")
    thing = "service_principals"
    search_label, search = lazy("Search apps"), ("display_name",)
    columns = (
        Column("name", lazy("App"), _app, sort="sort_key", width=400, pinned=True),
        Column("use", lazy("Who may use it"), _use, width=180),
        Column("origin", lazy("Registered by"), _origin, width=180, card="side"),
        Column("consents", lazy("Consents"), lambda row: figure(row.consents), sort="consents", number=True),
    )
    filters = (
        Choice("enabled", lazy("State"), (("True", lazy("Allowed")), ("False", lazy("Blocked")))),
        Choice("assigned_only", lazy("Who may use it"), (("True", lazy("Those assigned")),
               ("False", lazy("Everybody")))),
    )  # fmt: skip
    views = (
        View("all", lazy("All")),
        View("foreign", lazy("Of other firms"), _foreign),
        View("consented", lazy("With consents"), lambda rows: rows.filter(consents__gt=0)),
    )
    empty = NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By name or id."""
        return rows.filter(pk__in=inventory.service_principals(self.customer_id, wish).values("pk"))


class Consents(Directory):
    """What apps may do on behalf of people."""

    key, label, sort = "tenant-consents", lazy("Consents"), "app"
    tab, address, kinds = "apps", "customer-consents", ("grants", "service_principals", "users")
    thing = "grants"
    search_label, search = lazy("Search consents"), ("scope",)
    columns = (
        Column("app", lazy("App"), _consent,
               sort="app_sort", width=280, pinned=True),
        Column("for", lazy("On behalf of"), _for_whom, width=200),
        Column("count", lazy("Permissions"), lambda row: figure(len(row.scope.split())), width=120, number=True),
        Column("may", lazy("The app may"), _may, card="chips"),
    )  # fmt: skip
    filters = (
        Choice("everybody", lazy("On behalf of"), (("yes", lazy("Everybody")), ("no", lazy("One person"))),
               narrow=_for_everybody),
    )  # fmt: skip
    views = (
        View("all", lazy("All")),
        View("everybody", lazy("For everybody"), lambda rows: rows.filter(principal_id="")),
        View("writing", lazy("May change things"), lambda rows: rows.filter(scope__iregex=scopes.WRITING)),
    )
    empty = NOT_READ

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By app, person or permission."""
        return rows.filter(pk__in=inventory.grants(self.customer_id, wish).values("pk"))


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def registrations(request: Request, customer: Customer) -> HttpResponse:
    """Apps registered here, with the end of their secrets."""
    return Registrations.from_request(request, inventory.applications(customer.pk)).answer(customer)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def principals(request: Request, customer: Customer) -> HttpResponse:
    """Apps present here."""
    return Principals.from_request(request, inventory.service_principals(customer.pk)).answer(customer)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def consents(request: Request, customer: Customer) -> HttpResponse:
    """What was consented to, in plain words."""
    return Consents.from_request(request, inventory.grants(customer.pk)).answer(customer)
