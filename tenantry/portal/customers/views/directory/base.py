"""What all lists of a customer's things share: the age, the reason where there is none, the lists beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory import rules
from tenantry.engines.inventory.queries import KindView
from tenantry.kernel.actor import Actor
from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web import parts
from tenantry.kernel.web.grid import Empty, Grid
from tenantry.kernel.web.page import Request
from tenantry.portal.customers import queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.customer import framed

VIEW = "customers.view"
NOT_READ = Empty(lazy("What was read will stand here"), lazy("The tenant has not been read yet."))
BESIDE: dict[str, tuple[tuple[Text, str], ...]] = {
    "users": (
        (lazy("Users"), "customer-users"),
        (lazy("Groups"), "customer-groups"),
        (lazy("Licences"), "customer-licences"),
    ),
    "apps": (
        (lazy("Registered here"), "customer-apps"),
        (lazy("Present here"), "customer-principals"),
        (lazy("Consents"), "customer-consents"),
    ),
    "access": (
        (lazy("Policies"), "customer-policies"),
        (lazy("Named locations"), "customer-locations"),
    ),
}
"""Lists that share a tab of the customer's page, by its key."""


class Directory(Grid):
    """A list of one customer's things; `tab` is the customer's tab that it stands under."""

    customer_id: int = 0
    tab: ClassVar[str] = "users"
    kinds: ClassVar[Sequence[str]] = ()
    address: ClassVar[str] = ""  # the name of its page

    def answer(self, customer: Customer, words: Text = "", template: str = "directory", **more: Any) -> HttpResponse:
        """The list under the customer's head, with its age and why it cannot be read where it cannot."""
        self.customer_id = customer.pk
        context = around(self.request, customer, self.tab, self.kinds)
        context |= {"words": words, "lists": beside(customer, self.tab, self.address)} | more
        if context["troubles"]:
            self.empty = Empty(_("Nothing could be read yet"), context["troubles"][0][0])
        return self.respond(f"customers/{template}.html", context)


def around(request: Request, customer: Customer, tab: str, kinds: Sequence[str]) -> dict[str, Any]:
    """The customer's frame, the state of these kinds, and what to do about those that cannot be read."""
    views = [view for view in inventory.kinds(customer.pk) if view.kind in kinds]
    troubles = [_trouble(view, request.actor, customer) for view in views if view.reason]
    context = framed(request, customer, tab)
    age = rules.worst(view.stamp for view in views)
    return context | {"views": views, "age": age, "troubles": list(dict.fromkeys(troubles))}


def beside(customer: Customer, tab: str, here: str) -> list[parts.Tab]:
    """The lists beside this one."""
    place = {"customer_id": customer.pk}
    return [parts.Tab(label, reverse(name, kwargs=place), name == here) for label, name in BESIDE.get(tab, ())]


def _trouble(view: KindView, actor: Actor, customer: Customer) -> tuple[str, str, str]:
    """Why a kind cannot be read, and the words and address of what a person can do about it."""
    act, href = "", ""
    if view.reason in {"no_permission", "no_consent"} and actor.holds("customers.consent"):
        profile = queries.profile_of(view.tenant_id, "insight")
        if profile is not None:
            place = {"customer_id": customer.pk, "profile_id": profile.pk}
            act, href = _("Ask for it again"), reverse("customer-consent", kwargs=place)
    if view.reason == "no_licence":
        act, href = _("See what was bought"), reverse("customer-licences", kwargs={"customer_id": customer.pk})
    return view.stamp.title, act, href
