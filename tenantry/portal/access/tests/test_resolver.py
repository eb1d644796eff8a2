"""One role must hold both the permission and the customer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.kernel import clock, ports, scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import Missing, NotAllowed
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import GroupWish, NewPartner, NewPerson
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import Customer
from tests.rules import rule

REGION = "de-westcentral"
PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db


@pytest.fixture
def sophie(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    owner = NewPerson("sophie@alpenrand.example", "Sophie", "Lindqvarn", PASSWORD)
    opened = actions.open_partner(system(0, REGION), NewPartner("Alpenrand IT", "DE"), owner)
    with scope.route(opened.partner, REGION, "192.0.2.7"):
        yield ports.resolver().actor(opened.owner)


@pytest.fixture
def customers(sophie):
    names = ("Contoso", "Fabrikam", "Northwind")
    return [
        Customer.of_partner.create(number=number, organisation=name, country="DE", kind="m365", data_centre=REGION)
        for number, name in enumerate(names, 1)
    ]


@pytest.fixture
def jonas(sophie, customers):
    """May edit in North (Contoso) and look in South (Fabrikam)."""
    roles = []
    for name, customer, permissions in (
        ("North", customers[0], {"customers.view", "customers.edit", "access.groups", "access.view"}),
        ("South", customers[1], {"customers.view"}),
    ):
        group = actions.create_group(sophie, GroupWish(name, "", 1, frozenset({customer.pk})))
        wish = Wish(name, "", frozenset(permissions), everywhere=False, groups=frozenset({group.pk}))
        roles.append(actions.create_role(sophie, wish))
    return actions.add_person(sophie, NewPerson("jonas@alpenrand.example", "Jonas", "Weber", PASSWORD), roles)


def acting(person):
    return ports.resolver().actor(person.pk)


def seen(actor, permission="customers.view"):
    with scope.acting(actor), scope.narrowed(permission):
        return {customer.organisation for customer in Customer.objects.all()}


@rule("ACC-14")
def test_a_permission_of_one_role_does_not_reach_the_customers_of_another(jonas, customers):
    """With `edit` on North and `view` on South, editing in South is refused."""
    actor = acting(jonas)
    actor.require("customers.edit", customers[0])
    actor.require("customers.view", customers[1])
    with pytest.raises(NotAllowed):
        actor.require("customers.edit", customers[1])


@rule("ACC-15")
def test_a_limited_colleague_sees_only_the_customers_of_its_groups(jonas):
    """Lists and counts omit every customer outside the person's groups, under each page's own permission."""
    assert seen(acting(jonas)) == {"Contoso", "Fabrikam"}
    assert seen(acting(jonas), "customers.edit") == {"Contoso"}
    assert seen(acting(jonas), "customers.export") == set()


def test_a_permission_of_the_whole_partner_is_the_union_of_all_roles(jonas, customers):
    assert ports.resolver().may(acting(jonas), "access.groups", customers[1])


def test_an_administrator_sees_every_customer(sophie, customers):
    assert seen(sophie) == {"Contoso", "Fabrikam", "Northwind"}


def test_holders_are_the_active_people_who_hold_it_there(sophie, jonas, customers):
    ask = ports.resolver().holders
    assert set(ask("customers.edit", customers[0])) == {sophie.id, jonas.pk}
    assert set(ask("customers.edit", customers[1])) == {sophie.id}
    actions.deactivate(sophie, jonas)
    assert set(ask("customers.view", customers[1])) == {sophie.id}


def test_a_deactivated_person_is_no_actor(sophie, jonas):
    actions.deactivate(sophie, jonas)
    with pytest.raises(Missing):
        acting(jonas)


def test_the_address_of_the_request_stays_with_the_actor(jonas):
    assert acting(jonas).address == "192.0.2.7"


def test_a_refusal_is_told_at_most_once_a_minute_with_its_count(jonas):
    actor, moment = acting(jonas), clock.now()
    for seconds in (0, 1, 2, 61):
        with clock.at(moment + timedelta(seconds=seconds)):
            ports.resolver().refused(actor, "customers.edit")
    told = [values(row)["count"] for row in Fact.objects.filter(name="access.access_refused").order_by("at")]
    assert told == [1, 3]


@rule("ACC-19")
def test_presets_hold_only_permissions_of_present_folders():
    """A preset offers no permission of an absent folder, and none that only administrators hold."""
    for preset in queries.presets():
        assert preset.permissions <= {name for name, row in queries.catalogue().items() if row.grantable}


def test_the_auditor_holds_every_view():
    auditor = next(preset for preset in queries.presets() if preset.key == "auditor")
    assert {"people.view", "customers.view", "partners.view", "access.view"} <= auditor.permissions
