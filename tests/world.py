"""One world for all tests: a distributor, two resellers under it, a stranger; made through the doors that people use.

Nordlicht Distribution stands over Alpenrand IT and Kiefer Systems; Baltic Cloud is a stranger to all of them. At
Alpenrand work Sophie (administrator), Jonas (technician of the customers in North), Lena (sees every customer and may
do nothing) and Mira (holds no role). Contoso is in North, Fabrikam in South; Northwind is Baltic Cloud's.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tenantry.kernel import clock, ports, scope
from tenantry.kernel.actor import Actor, system
from tenantry.kernel.residency import claims
from tenantry.kernel.web.door import set_route
from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import GroupWish, NewPartner, NewPerson, Opened
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import Customer, Tenant
from tenantry.portal.partners.models import Policy
from tenantry.portal.people.models import Person, Session
from tests import plugin

HERE = "de-westcentral"
PASSWORD = "correct horse battery"  # everybody's
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class Firm:
    """A partner, its people by first name, its customers and groups by name."""

    opened: Opened
    people: dict[str, int]
    customers: dict[str, int]
    groups: dict[str, int]

    def scope(self):
        """The scope of the firm's own system."""
        return scope.task(self.opened.partner, self.opened.region)

    def actor(self, first_name: str) -> Actor:
        """One of its people, to act in an open scope of the firm."""
        return ports.resolver().actor(self.people[first_name])

    def acting(self, first_name: str):
        """The scope of one of its people, as the web door opens it."""
        with scope.route(self.opened.partner, self.opened.region):
            actor = self.actor(first_name)
        return scope.of(actor)

    def session(self, first_name: str) -> tuple[Session, str]:
        """A session that has just begun for the person, and its key."""
        with self.scope():
            person, policy = Person.objects.get(pk=self.people[first_name]), Policy.objects.get()
            return Session.open(person, policy, method="password", address="192.0.2.7", browser="test")

    def browser(self, first_name: str, **more: Any) -> Client:
        """A browser in which the person has signed in."""
        _session, key = self.session(first_name)
        ticket, client = HttpResponse(), Client(**more)
        set_route(ticket, self.opened.partner, self.opened.region, key)
        client.cookies.update(ticket.cookies)
        return client


@dataclass
class World:
    """The four firms."""

    nordlicht: Firm
    alpenrand: Firm
    kiefer: Firm
    baltic: Firm

    @property
    def nobody(self) -> Client:
        """A browser in which nobody has signed in."""
        return Client()


@pytest.fixture(scope="session")
def standing(django_db_setup, django_db_blocker) -> World:
    """The world, made once in databases of its own; nothing that waits for its commits happens."""
    with django_db_blocker.unblock(), plugin.peopled(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "PASSWORD_HASHERS", FAST)
        patched.setattr(transaction, "on_commit", lambda *_, **__: None)
        return made()


@pytest.fixture
def world(db, settings, standing) -> World:
    """The world of the tests; passwords are hashed quickly, since nobody guesses them here."""
    settings.PASSWORD_HASHERS = FAST
    return copy.deepcopy(standing) if plugin.turned() else made()


def made() -> World:
    """Open the four firms."""
    nordlicht = firm("Nordlicht Distribution", "DE", "Henrik Dahl", capabilities=("service_provider", "distributor"))
    parent = nordlicht.opened.partner
    alpenrand = firm("Alpenrand IT", "DE", "Sophie Lindqvarn", parent=parent)
    kiefer = firm("Kiefer Systems", "CH", "Urs Kiefer", parent=parent)
    baltic = firm("Baltic Cloud", "EE", "Tomas Kask")
    add_customers(alpenrand, North="Contoso", South="Fabrikam")
    add_customers(baltic, Tallinn="Northwind")
    add_colleagues(alpenrand)
    return World(nordlicht, alpenrand, kiefer, baltic)


def firm(name: str, country: str, owner: str, **more: Any) -> Firm:
    """Open a partner with its owner, in the data centre of its country."""
    first, last = owner.split()
    wish = NewPartner(name, country, second_factor=False, **more)
    opened = actions.open_partner(system(0, HERE), wish, newcomer(first, last, name))
    return Firm(opened, {first: opened.owner}, {}, {})


def newcomer(first: str, last: str, organisation: str) -> NewPerson:
    """Somebody at the organisation's own domain."""
    domain = organisation.split(maxsplit=1)[0].lower()
    return NewPerson(f"{first.lower()}@{domain}.example", first, last, PASSWORD)


def add_customers(at: Firm, **customers: str) -> None:
    """Give a firm customers, each in a group of its own."""
    with at.scope() as opened:
        for number, (group, organisation) in enumerate(customers.items(), 1 + len(at.customers)):
            customer = _customer(number, organisation)
            made = actions.create_group(opened.actor, GroupWish(group, "", 1, frozenset({customer.pk})))
            at.customers[organisation], at.groups[group] = customer.pk, made.pk


def _customer(number: int, organisation: str) -> Customer:
    customer = Customer.objects.create(
        number=number, organisation=organisation, country="DE", kind=Customer.Kind.M365, data_centre=HERE,
        state=Customer.State.ACTIVE, onboarded_at=clock.now(),
    )  # fmt: skip
    Tenant.objects.create(
        customer=customer, tenant_id=f"{number:08d}-0000-4000-8000-{customer.pk:012d}", name=organisation,
        default_domain=f"{organisation.lower()}.example", cloud="simulator", connected_at=clock.now(),
    )  # fmt: skip
    return customer


def add_colleagues(at: Firm) -> None:
    """Give the firm a technician of group North, somebody who may only look, and somebody without a role."""
    with at.scope() as opened:
        held = next(preset.permissions for preset in queries.presets() if preset.key == "technician")
        north = Wish("Technicians North", "", held, everywhere=False, groups=frozenset({at.groups["North"]}))
        readers = Wish("Readers", "", frozenset({"customers.view"}), everywhere=True, groups=frozenset())
        roles = {"Jonas Weber": actions.create_role(opened.actor, north)}
        roles["Lena Brandt"] = roles["Mira Keller"] = actions.create_role(opened.actor, readers)
        for name, role in roles.items():
            new = newcomer(*name.split(), "Alpenrand IT")
            at.people[new.first_name] = actions.add_person(opened.actor, new, [role]).pk
            claims.confirm("email", new.email, at.opened.partner)
        actions.withdraw_role(opened.actor, roles["Mira Keller"], Person.objects.get(pk=at.people["Mira"]))
