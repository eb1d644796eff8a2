"""The customers page, and acts on many of them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.text import _, lazy
from tenantry.kernel.web.grid import Bulk, Choice, Column, Empty, Grid, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts import joined, menu_item
from tenantry.portal.customers import actions, forms, queries, rules
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.queries import listing
from tenantry.portal.customers.views import cells

VIEW = "customers.view"


class Customers(Grid):
    """All customers that the person may see."""

    key, label, sort = "customers", lazy("Customers"), "customer"
    search_label = lazy("Search customers")
    search = ("organisation",)
    has_menu = True
    columns = (
        Column("customer", lazy("Customer"), cells.name, sort="sort_key", width=240, pinned=True),
        Column("status", lazy("Status"), cells.status, width=180),
        Column("mode", lazy("Management"), cells.mode, width=140, card="hidden"),
        Column("tags", lazy("Tags"), cells.tags, width=160, card="chips"),
        Column("users", lazy("Users"), cells.users, width=100, number=True, card="hidden"),
        Column("seats", lazy("M365 seats"), cells.seats, width=140, number=True, card="hidden"),
        Column("synced", lazy("Synced"), cells.synced, card="side"),
        Column("number", lazy("Customer ID"), lambda row: row.short_id, sort="number", width=120, optional=True),
        Column("email", lazy("Owner e-mail"), lambda row: row.email, sort="email", width=220, optional=True),
        Column("country", lazy("Country"), lambda row: forms.country_name(row.country), width=140, optional=True),
        Column("data_centre", lazy("Data centre"), cells.data_centre, width=180, optional=True),
        Column("groups", lazy("Groups"), cells.groups, width=100, number=True, optional=True),
        Column("domains", lazy("Domains"), cells.domains, width=100, number=True, optional=True),
        Column("onboarded", lazy("Onboarded"), cells.onboarded, sort="onboarded_at", width=140, optional=True),
    )
    filters = (
        Choice("status", lazy("Status"), cells.STATUSES, narrow=listing.of_status),
        Choice("mode", lazy("Management"), cells.MODES),
        Choice("country", lazy("Country"), cells.countries),
        Choice("data_centre", lazy("Data centre"), forms.data_centres),
        Choice("group", lazy("Group"), listing.group_choices, narrow=listing.of_group),
        Choice("tag", lazy("Tag"), listing.tag_choices, narrow=listing.of_tag),
    )
    views = (
        View("all", lazy("All")),
        View("attention", lazy("Needs attention"), listing.troubled),
        View("lost", lazy("Consent lost"), listing.lost, "plug-connected-x", "failed"),
        View("reading", lazy("Reading"), listing.reading),
    )
    empty = Empty(lazy("Your customers will stand here"),
                  lazy("One row each: consent, users, seats, and how old every figure is."))  # fmt: skip

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """By organisation, e-mail, domain, tenant id or number."""
        return listing.searched(rows, wish)

    def prepare(self, rows: list[Any]) -> None:
        """Figures, domains, statuses and tags of the whole page at once."""
        for row, known in zip(rows, listing.rows(rows), strict=True):
            row.known = known

    def menu(self, row: Customer) -> Sequence[SafeString]:
        """What may be done to one customer."""
        actor, here = self.request.actor, {"customer_id": row.pk}  # type: ignore[attr-defined]  # a Request
        entries = [menu_item(_("Open"), reverse("customer", kwargs=here), "building")]
        if actor.holds("customers.sync"):
            entries.append(menu_item(_("Read now"), "", "refresh", hx_post=reverse("customer-read", kwargs=here),
                                     hx_target="#tn-toasts", hx_swap="beforeend"))  # fmt: skip
        if actor.holds("customers.edit"):
            entries.append(menu_item(_("Edit information"), reverse("customer-edit", kwargs=here), "pencil"))
            entries.append(menu_item(_("Decide who manages the tenant"), reverse("customer-mode", kwargs=here),
                                     "arrows-exchange"))  # fmt: skip
        if actor.holds("access.groups"):
            entries.append(menu_item(_("Choose groups"), reverse("customer-membership", kwargs=here), "folders"))
        return entries


@page(VIEW, methods=("GET", "HEAD"))
def customers(request: Request) -> HttpResponse:
    """The list; an empty one says how to begin."""
    may_onboard = request.actor.holds("customers.onboard")
    grid = Customers.from_request(request, listing.shown(), _bulk(request))
    if may_onboard:
        grid.empty = replace(grid.empty, action=_("Onboard the first customer"), href=reverse("onboard"))  # type: ignore[misc]  # this list's own
    context = {"may_onboard": may_onboard, "none": not listing.shown().exists()}
    return grid.respond("customers/customers.html", context)


def _bulk(request: Request) -> list[Bulk]:
    acts = []
    if request.actor.holds("customers.sync"):
        acts.append(Bulk(lazy("Read now"), reverse("customers-read"), "refresh"))
    if request.actor.holds("customers.edit"):
        acts.append(Bulk(lazy("Tags"), reverse("customers-tag"), "tags"))
    return acts


@page("customers.sync", methods=("POST",))
def read_many(request: Request) -> HttpResponse:
    """Have the selected customers read now; those that were read within the last minute are left."""
    for customer in Customers.chosen(request, listing.shown()):
        with contextlib.suppress(Refused):  # one without a tenant has nothing to read
            actions.read_now(request.actor, customer)
    return redirect("customers")


@page("customers.edit", methods=("POST",))
def tag_many(request: Request) -> HttpResponse:
    """Ask for a tag, then give it to the selected customers."""
    chosen = list(Customers.chosen(request, listing.shown()))
    names, error = rules.split_words(request.POST.get("tags", "")[:1000]), ""
    if names:
        try:
            actions.tag_many(request.actor, chosen, names)
        except NotAllowed:
            raise
        except (Refused, Conflict) as refused:
            error = str(refused)
        else:
            return redirect("customers")
    context = {"chosen": chosen, "tag_names": queries.tag_names(), "error": error, "names": ", ".join(names)}
    return render(request, "customers/tag_many.html", context, status=422 if error else 200)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def row(request: Request, customer: Customer) -> HttpResponse:  # noqa: ARG001  # a view
    """The cells of a row that change while the customer is read; asked for every two seconds until it has been."""
    customer.known = listing.rows([customer])[0]  # type: ignore[attr-defined]  # what the cells look at
    return HttpResponse(joined([cells.synced(customer), cells.users(customer, aside=True),
                                cells.seats(customer, aside=True)]))  # fmt: skip
