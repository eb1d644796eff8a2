"""The customers page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel.text import _, lazy
from tenantry.kernel.web.grid import Beginning, Bulk, Choice, Column, Empty, Grid, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts import joined, menu_item
from tenantry.portal.customers import forms, queries, rules
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.queries import listing
from tenantry.portal.customers.views import cells, figures, needs, sentences

VIEW = "customers.view"
GET = ("GET", "HEAD")
MOST_PRODUCTS, MOST_EVENTS = 5, 4
FIGURES = {
    "users": ("users",), "seats": ("seats_bought", "seats_assigned"), "score": ("secure_score", "secure_score_max"),
    "guests": ("guests",), "groups": ("groups",), "domains": ("domains",), "devices": ("devices",),
    "policies": ("policies_enabled",),
}  # fmt: skip
"""The figures that a column shows."""


class Customers(Grid):
    """All customers that the person may see."""

    key, label, sort = "customers", lazy("Customers"), "customer"
    search_label = lazy("Search customers")
    search = ("organisation",)
    has_menu = True
    columns = (
        Column("customer", lazy("Customer"), cells.name, sort="sort_key", width=210, pinned=True,
               widths={"de": 180, "fr": 184},
               value=lambda row: row.organisation),
        Column("status", lazy("Status"), cells.status, sort="worst", ordered=listing.by_status, width=170,
               widths={"de": 180, "fr": 160}, value=cells.state_in_words),
        Column("mode", lazy("Management"), cells.mode, sort="mode", width=134, widths={"de": 116, "fr": 104},
               card="hidden", value=lambda row: str(row.get_mode_display())),
        Column("tags", lazy("Tags"), cells.tags, width=150, widths={"de": 140, "fr": 140}, card="chips",
               value=lambda row: ", ".join(tag.name for tag in row.known.tags)),
        Column("users", lazy("Users"), cells.users, sort="users_read", ordered=listing.by_users, width=80, number=True,
               widths={"de": 94, "fr": 108}, card="hidden", value=cells.value("users")),
        Column("seats", lazy("M365 seats"), cells.seats, sort="seats_read", ordered=listing.by_seats, width=124,
               widths={"de": 104, "fr": 112}, number=True, card="hidden", value=cells.seats_in_words),
        Column("score", lazy("Secure score"), cells.score, sort="score_share", ordered=listing.by_score, width=124,
               widths={"de": 142, "fr": 128}, number=True, card="hidden", value=cells.score_in_words),
        Column("synced", lazy("Synced"), cells.synced, sort="oldest_read", ordered=listing.by_age, card="side",
               width=0, value=cells.read_at),
        Column("number", lazy("Customer ID"), lambda row: row.short_id, sort="number", width=120, optional=True),
        Column("email", lazy("Owner e-mail"), lambda row: row.email, sort="email", width=240, optional=True),
        Column("country", lazy("Country"), cells.country, sort="country", width=140, optional=True),
        Column("data_centre", lazy("Data centre"), cells.data_centre, sort="data_centre", width=180, optional=True),
        Column("kind", lazy("Kind"), Customer.get_kind_display, sort="kind", width=180, optional=True),
        Column("access", lazy("Partner access"), Customer.get_partner_access_display, sort="partner_access", width=140,
               optional=True),
        Column("tenants", lazy("Tenants"), cells.tenants, width=100, number=True, optional=True,
               value=lambda row: row.known.tenants),
        Column("apps", lazy("App profiles"), cells.apps, width=220, optional=True, card="hidden"),
        Column("guests", lazy("Guests"), cells.guests, width=100, number=True, optional=True,
               value=cells.value("guests")),
        Column("groups", lazy("Groups"), cells.groups, width=100, number=True, optional=True,
               value=cells.value("groups")),
        Column("domains", lazy("Domains"), cells.domains, width=100, number=True, optional=True,
               value=cells.value("domains")),
        Column("devices", lazy("Devices"), cells.devices, width=100, number=True, optional=True,
               value=cells.value("devices")),
        Column("policies", lazy("Policies"), cells.policies, width=100, number=True, optional=True,
               value=cells.value("policies_enabled")),
        Column("onboarded", lazy("Onboarded"), cells.onboarded, sort="onboarded_at", width=140, optional=True,
               value=lambda row: row.onboarded_at),
    )  # fmt: skip
    filters = (
        Choice("status", lazy("Status"), cells.STATUSES, narrow=listing.of_status),
        Choice("mode", lazy("Management"), cells.MODES),
        Choice("group", lazy("Group"), listing.group_choices, narrow=listing.of_group),
        Choice("tag", lazy("Tag"), listing.tag_choices, narrow=listing.of_tag),
        Choice("app", lazy("App profile"), cells.app_states, narrow=listing.of_app),
        Choice("kind", lazy("Kind"), cells.kinds),
        Choice("country", lazy("Country"), cells.countries),
        Choice("data_centre", lazy("Data centre"), forms.data_centres),
        Choice("access", lazy("Partner access"), cells.ACCESSES, field="partner_access"),
        Choice("state", lazy("State"), cells.STATES, default=Customer.SHOWN),
    )
    views = (
        View("all", lazy("All")),
        View("attention", lazy("Needs attention"), listing.troubled),
        View("lost", lazy("Consent lost"), listing.lost, "plug-connected-x", "failed"),
        View("reading", lazy("Reading"), listing.reading),
    )
    empty = Empty(lazy("Your customers will stand here"),
                  lazy("One row each: consent, users, seats, and how old every figure is."))  # fmt: skip

    @property
    def drawer(self) -> str:  # type: ignore[override]  # an address is known once the addresses are
        """Where a customer's short form is."""
        return cells.path("customers-drawer")

    @property
    def edit(self) -> str:  # type: ignore[override]  # as above
        """Where a customer is changed, for those who may."""
        return cells.path("customer-edit") if self.request.actor.holds("customers.edit") else ""

    @property
    def export(self) -> str:  # type: ignore[override]  # as above
        """Where the list becomes a file, for those who may."""
        return reverse("customers-export") if self.request.actor.holds("customers.export") else ""

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By organisation, e-mail, domain, tenant id or number."""
        return listing.searched(rows, wish)

    def prepare(self, rows: list[Any]) -> None:
        """Figures, domains, statuses and tags of the whole page at once."""
        shown = [name for column in self.visible for name in FIGURES.get(column.key, ())]
        for row, known in zip(rows, listing.rows(rows, shown or ("users",)), strict=True):
            row.known = known

    def menu(self, row: Customer) -> Sequence[SafeString]:
        """What may be done to one customer."""
        actor, here = self.request.actor, {"customer_id": row.pk}
        entries = [menu_item(_("Open"), reverse("customer", kwargs=here), "building")]
        if actor.holds("customers.sync"):
            entries.append(menu_item(_("Read now"), "", "refresh", hx_post=reverse("customer-read", kwargs=here),
                                     hx_target="#tn-toasts", hx_swap="beforeend"))  # fmt: skip
        if actor.holds("customers.edit"):
            entries.append(menu_item(_("Edit information"), reverse("customer-edit", kwargs=here), "pencil", key="e"))
            entries.append(menu_item(_("Decide who manages the tenant"), reverse("customer-mode", kwargs=here),
                                     "arrows-exchange"))  # fmt: skip
        if actor.holds("access.groups"):
            entries.append(menu_item(_("Choose groups"), reverse("customer-membership", kwargs=here), "folders"))
        return entries


@page(VIEW, methods=GET)
def customers(request: Request) -> HttpResponse:
    """The list; an empty one says how to begin."""
    may_onboard = request.actor.holds("customers.onboard")
    grid = Customers.from_request(request, listing.everyone(), bulk(request))
    if may_onboard and not grid.begun:
        grid.empty = replace(grid.empty, action=_("Onboard the first customer"), href=reverse("onboard"), ways=_ways())
    return grid.respond("customers/customers.html", {"may_onboard": may_onboard, "none": not grid.begun})


def _ways() -> list[Beginning]:
    """Three ways to begin without an account of the customer; what this version lacks says so."""
    link = next(way for way in rules.ways(settings.EDITION) if way.key == "link")
    later = _("Not in this version.")
    return [
        Beginning(_("Send a link"), _("The customer’s administrator consents, you need no account there."),
                  "mail-forward", reverse("onboard"), link.reason),
        Beginning(_("Import a file"), _("CSV or Excel, each row checked before anything is made."), "file-spreadsheet",
                  reason=later),
        Beginning(_("Read Partner Center"), _("Takes the customers you already have, with their delegated access."),
                  "affiliate", reason=later),
    ]  # fmt: skip


def bulk(request: Request) -> list[Bulk]:
    """What this person may do to many customers."""
    acts = (
        ("customers.edit", Bulk(lazy("Tags"), reverse("customers-tag"), "tags", "dialog")),
        ("customers.edit", Bulk(lazy("Management"), reverse("customers-mode"), "arrows-exchange", "dialog")),
        ("access.groups", Bulk(lazy("Groups"), reverse("customers-groups"), "folders", "dialog")),
        ("customers.sync", Bulk(lazy("Read now"), reverse("customers-read"), "refresh")),
        ("customers.export", Bulk(lazy("Export"), reverse("customers-export"), "download", "file")),
    )
    return [act for permission, act in acts if request.actor.holds(permission)]


@page(VIEW, of=queries.customer, methods=GET)
def row(request: Request, customer: Customer) -> HttpResponse:  # noqa: ARG001  # a view
    """The cells of a row that change while the customer is read; asked for every two seconds until it has been."""
    customer.known = listing.rows([customer])[0]  # type: ignore[attr-defined]  # what the cells look at
    return HttpResponse(joined([cells.synced(customer), cells.users(customer, aside=True),
                                cells.seats(customer, aside=True)]))  # fmt: skip


@page(VIEW, of=queries.customer, methods=GET)
def drawer(request: Request, customer: Customer) -> HttpResponse:
    """A customer in short, beside the list: what needs somebody, who looks after it, figures, what happened."""
    overview, (events, _after) = queries.overview(customer), queries.activity(customer, "")
    context = {
        "customer": customer,
        "overview": overview,
        "needs": needs.of(overview, request.actor),
        "figures": _figures(customer, overview),
        "products": inventory.skus(customer.pk).order_by("-bought", "title", "id")[:MOST_PRODUCTS],
        "events": sentences.events(events[:MOST_EVENTS]),
        "may": {name: request.actor.holds(f"customers.{name}") for name in ("edit", "sync")},
    }
    return render(request, "customers/drawer.html", context)


def _figures(customer: Customer, overview: queries.Overview) -> list[Any]:
    """Those of the customer's page, and the secure score."""
    found = figures.of(overview)
    if overview.figures is not None:
        found.append((_("Secure score"), figures.score(overview.figures),
                      reverse("customer-score", kwargs={"customer_id": customer.pk})))  # fmt: skip
    return found
