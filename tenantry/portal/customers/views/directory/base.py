"""What all lists of a customer's things share: the age, the reason where there is none, the lists beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
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
from tenantry.portal.customers.views.directory.moments import Moment, asked

VIEW = "customers.view"
NOT_READ = Empty(lazy("What was read will stand here"), lazy("The tenant has not been read yet."))
BESIDE: dict[str, tuple[tuple[Text, str], ...]] = {
    "users": (
        (lazy("Users"), "customer-users"),
        (lazy("Groups"), "customer-groups"),
        (lazy("Licences"), "customer-licences"),
        (lazy("Sign-in methods"), "customer-registrations"),
        (lazy("Sign-in activity"), "customer-sign-ins"),
    ),
    "apps": (
        (lazy("Registered here"), "customer-apps"),
        (lazy("Present here"), "customer-principals"),
        (lazy("Consents"), "customer-consents"),
    ),
    "access": (
        (lazy("Policies"), "customer-policies"),
        (lazy("Named locations"), "customer-locations"),
        (lazy("Tenant settings"), "customer-settings"),
    ),
}
"""Lists that share a tab of the customer's page, by its key."""


class Directory(Grid):
    """A list of one customer's things; `tab` is the customer's tab that it stands under.

    `thing` names the kind whose things its rows are, which then lead to their history.
    """

    customer_id: int = 0
    tab: ClassVar[str] = "users"
    kinds: ClassVar[Sequence[str]] = ()
    named: ClassVar[Sequence[str]] = ()  # kinds whose names it shows beside them
    thing: ClassVar[str] = ""
    address: ClassVar[str] = ""  # the name of its page
    moment: Moment = Moment()

    @property
    def drawer(self) -> str:  # type: ignore[override]  # an address is known once the addresses are
        """Where a thing's history stands beside the list."""
        return f"{self._history(0).removesuffix('0')}{{id}}" if self.thing else ""

    def prepare(self, rows: list[Any]) -> None:
        """Each thing leads to its history."""
        for row in rows:
            row.history = self._history(row.pk) if self.thing else ""
            row.then = f"?at={self.moment.address}" if self.moment.at else ""

    def _history(self, number: int) -> str:
        place = {"customer_id": self.customer_id, "tenant_kind": self.thing, "observed_id": number}
        return reverse("customer-history", kwargs=place)

    def as_of(self, customer_id: int) -> AbstractContextManager[None]:
        """Whatever is asked inside is answered as of the moment that the address names, else of now."""
        self.customer_id, self.moment = customer_id, asked(self.request.GET, customer_id, self.kinds)
        self.state = replace(self.state, at=self.moment.address)
        at = self.moment.at
        return nullcontext() if at is None else inventory.past(customer_id, at, {*self.kinds, *self.named})

    def answer(self, customer: Customer, words: Text = "", template: str = "directory", **more: Any) -> HttpResponse:
        """The list under the customer's head, with its age and why it cannot be read where it cannot."""
        with self.as_of(customer.pk):
            return self.shown_at(customer, words, template, **more)

    def shown_at(self, customer: Customer, words: Text = "", template: str = "directory", **more: Any) -> HttpResponse:
        """The same inside of `as_of`; a wish that cannot be answered shows the present with 422."""
        context = around(self.request, customer, self.tab, self.kinds) | {"moment": self.moment, "hidden": self._kept()}
        lists = beside(customer, self.tab, self.address, self.moment)
        context |= {"words": words, "lists": lists, "now": replace(self.state, at="").link()} | more
        if self.moment.at:
            context |= {"troubles": [], "past": True}
        elif context["troubles"]:
            self.empty = Empty(_("Nothing could be read yet"), context["troubles"][0][0])
        response = self.respond(f"customers/{template}.html", context)
        response.status_code = 422 if self.moment.problem else 200
        return response

    def _kept(self) -> list[tuple[str, str]]:
        """What the control of the moment hands on unchanged."""
        return [(name, value) for name, value in self.state.pairs() if name != "at"]


@contextmanager
def at_moment(request: Request, customer_id: int, kinds: Sequence[str]) -> Iterator[Moment]:
    """For a page that is no list: what is asked inside is answered as of the moment that the address names."""
    moment = asked(request.GET, customer_id, kinds)
    with nullcontext() if moment.at is None else inventory.past(customer_id, moment.at, kinds):
        yield moment


def around(request: Request, customer: Customer, tab: str, kinds: Sequence[str]) -> dict[str, Any]:
    """The customer's frame, the state of these kinds, and what to do about those that cannot be read."""
    views = [view for view in inventory.kinds(customer.pk) if view.kind in kinds]
    troubles = [_trouble(view, request.actor, customer) for view in views if view.reason]
    context = framed(request, customer, tab)
    age = rules.worst(view.stamp for view in views)
    return context | {"views": views, "age": age, "troubles": list(dict.fromkeys(troubles))}


def beside(customer: Customer, tab: str, here: str, moment: Moment) -> list[parts.Tab]:
    """The lists beside this one, at the same moment."""
    place, query = {"customer_id": customer.pk}, f"?at={moment.address}" if moment.at else ""
    return [
        parts.Tab(label, f"{reverse(name, kwargs=place)}{query}", name == here) for label, name in BESIDE.get(tab, ())
    ]


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
