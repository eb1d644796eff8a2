"""The customer's own page: header, tabs, dashboard, what happened, and the forms that change it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.rules import Stamp
from tenantry.kernel import registry
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.offers import CustomerTab
from tenantry.kernel.text import _
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts import Tab
from tenantry.portal.customers import actions, forms, queries
from tenantry.portal.customers.forms import InformationForm
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views import figures, needs, reading, sentences

VIEW, EDIT = "customers.view", "customers.edit"
MOST_PRODUCTS = 6
WAITING = (Customer.State.PENDING, Customer.State.EXPIRED, Customer.State.CANCELLED)
MAY = ("edit", "sync", "consent", "disconnect", "onboard")


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def dashboard(request: Request, customer: Customer) -> HttpResponse:
    """What needs a person, and the figures with their ages; each leads to the list behind it."""
    context = framed(request, customer, "dashboard")
    overview = context["overview"]
    context |= {
        "pending": customer.state in WAITING,
        "live": Stamp("live", None, _("live"), _("Looked up as this page was opened.")),
        "figures": figures.of(overview),
        "products": inventory.skus(customer.pk).order_by("-bought", "title", "id")[:MOST_PRODUCTS],
        "country": forms.country_name(customer.country),
        "groups": queries.groups_of(customer),
        "link": queries.link_of(customer) if customer.state in WAITING else None,
        "kept_until": customer.disconnected_at and customer.disconnected_at + Customer.KEPT,
    }
    context |= reading.progress(customer)
    context["needs"] = [] if context["pending"] else needs.of(overview, request.actor, context["lines"])
    return render(request, "customers/dashboard.html", context)


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def activity(request: Request, customer: Customer) -> HttpResponse:
    """The facts about the customer, newest first."""
    events, after = queries.activity(customer, request.GET.get("before", ""))
    context = framed(request, customer, "activity") | {"events": sentences.events(events), "after": after}
    context["earlier"] = f"?before={after}"
    return render(request, "customers/activity.html", context)


@page("customers.sync", of=queries.customer, methods=("POST",))
def read(request: Request, customer: Customer) -> HttpResponse:
    """Read now; within a minute the read that was asked for is shown."""
    started = actions.read_now(request.actor, customer)
    text = (
        _("{name} is read now.") if started else _("{name} was asked for less than a minute ago; that read is shown.")
    )
    context = {"kind": "done" if started else "soon", "message": text.format(name=customer.organisation)}
    if request.headers.get("HX-Request"):
        response = render(request, "web/toast.html", context)
        response["HX-Trigger"] = "tn:reading"
        return response
    return redirect("customer", customer_id=customer.pk)


@page(EDIT, of=queries.customer)
def edit(request: Request, customer: Customer) -> HttpResponse:
    """Change the customer's information and tags."""
    stored, context, status = (
        InformationForm.of(customer, queries.tags_of(customer)),
        framed(request, customer, ""),
        200,
    )
    form, stamp = stored, queries.stamp(customer)
    if request.method == "POST":
        form, given = InformationForm.sent(request.POST), request.POST.get("stamp", "")
        form.values |= {"data_centre": customer.data_centre, "mode": customer.mode}
        try:
            actions.edit(request.actor, customer, form.wish, given, forms.country_codes())
        except (Refused, Conflict) as error:
            form.blame(error)
            status, stamp = error.status, stamp if isinstance(error, Conflict) else given
        else:
            return redirect("customer", customer_id=customer.pk)
    context |= {"form": form, "stamp": stamp, "countries": forms.countries(), "tag_names": queries.tag_names()}
    context["theirs"] = form.against(stored) if status == Conflict.status else []
    return render(request, "customers/edit.html", context, status=status)


@page(EDIT, of=queries.customer)
def mode(request: Request, customer: Customer) -> HttpResponse:
    """Decide who manages the tenant."""
    error: Refused | Conflict | None = None
    wished = request.POST.get("mode", customer.mode)[:20]
    if request.method == "POST":
        try:
            actions.change_mode(request.actor, customer, wished, request.POST.get("stamp", ""))
        except (Refused, Conflict) as refused:
            error = refused
        else:
            return redirect("customer", customer_id=customer.pk)
    context = framed(request, customer, "") | {"modes": needs.modes(), "error": error, "wished": wished}
    context |= {"stamp": queries.stamp(customer), "theirs": needs.against(customer, wished, error)}
    return render(request, "customers/mode.html", context, status=error.status if error else 200)


@page("access.groups", of=queries.customer)
def membership(request: Request, customer: Customer) -> HttpResponse:
    """Put the customer into groups."""
    if request.method == "POST":
        wished = frozenset(int(value) for value in request.POST.getlist("groups") if value.isdecimal())
        actions.set_groups(request.actor, customer, wished)
        return redirect("customer", customer_id=customer.pk)
    context = framed(request, customer, "") | {
        "offered": queries.groups_for(request.actor),
        "held": {group.pk for group in queries.groups_of(customer)},
    }
    return render(request, "customers/membership.html", context)


def framed(request: Request, customer: Customer, active: str) -> dict[str, Any]:
    """What stands around each page of a customer."""
    return {
        "customer": customer,
        "overview": queries.overview(customer),
        "tabs": tabs(request.actor, customer, active),
        "may": {
            name: request.actor.holds(f"customers.{name}")
            for name in ("edit", "sync", "consent", "disconnect", "onboard")
        }
        | {"groups": request.actor.holds("access.groups")},
    }


def tabs(actor: Actor, customer: Customer, active: str) -> list[Tab]:
    """The tabs that the person may open; a module's replaces the plain one of the same key."""
    offered: dict[str, CustomerTab] = {}
    for tab in sorted(registry.offers(CustomerTab), key=lambda tab: tab.module):
        offered[tab.key] = tab
    shown = sorted((tab for tab in offered.values() if actor.holds(tab.permission)), key=lambda tab: tab.order)
    counts = {"tenants": customer.tenants.count() or None}
    return [
        Tab(tab.title, tab.href.format(customer=customer.pk), tab.key == active, counts.get(tab.key)) for tab in shown
    ]
