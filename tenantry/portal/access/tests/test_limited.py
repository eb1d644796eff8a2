"""What the colleague who is limited to one group is told, and what a stranger is."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import GroupWish
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import CustomerGroup, GroupMember, Tenant
from tenantry.portal.people.models import Person
from tests.frame import pages
from tests.rules import rule

pytestmark = pytest.mark.django_db
OF_CUSTOMERS = [
    page.route for page in pages.pages(get_resolver().url_patterns)
    if page.route.startswith("customers/<int:customer_id>") and page.route.count("<") == 1
]  # fmt: skip


@pytest.fixture
def jonas(world):
    return world.alpenrand.browser("Jonas")


@rule("ACC-15")
@pytest.mark.parametrize("route", OF_CUSTOMERS)
def test_a_customer_outside_the_groups_is_not_there(world, jonas, route):
    """Each page of another customer answers 404, and those of the own one do not."""
    for organisation, missing in (("Fabrikam", True), ("Contoso", False)):
        path = "/" + route.replace("<int:customer_id>", str(world.alpenrand.customers[organisation]))
        assert (jonas.get(path).status_code == 404) is missing


@rule("ACC-15")
@pytest.mark.parametrize("page", ["/customers", "/search?q=fabrikam", "/search?q=contoso", "/home", "/bell"])
def test_lists_and_search_omit_it(jonas, page):
    """Neither a list nor the search box names a customer outside the person's groups."""
    answer = jonas.get(page)
    assert answer.status_code == 200
    assert "Fabrikam" not in answer.content.decode().replace("“fabrikam”", "")


@rule("MOD-03")
def test_a_tenant_of_a_stranger_is_not_there(world):
    """The path of Baltic Cloud's tenant answers Sophie with 404."""
    with world.baltic.scope():
        tenant = Tenant.of_partner.get(customer_id=world.baltic.customers["Northwind"]).pk
    assert world.baltic.browser("Tomas").get(f"/tenants/{tenant}").status_code != 404
    assert world.alpenrand.browser("Sophie").get(f"/tenants/{tenant}").status_code == 404


@pytest.fixture
def grouped(world):
    """Jonas edits groups by one role over North and sees South by another; both customers are in the group Mixed."""
    firm = world.alpenrand
    with firm.scope() as opened:
        person = Person.objects.get(pk=firm.people["Jonas"])
        for name, permissions in (("North", {"access.groups", "access.view"}), ("South", {"customers.view"})):
            wish = Wish(
                f"Of {name}", "", frozenset(permissions), everywhere=False, groups=frozenset({firm.groups[name]})
            )
            actions.assign_role(opened.actor, actions.create_role(opened.actor, wish), [person.pk])
        everybody = frozenset(firm.customers.values())
        return actions.create_group(opened.actor, GroupWish("Mixed", "", 1, everybody)).pk


def test_saving_a_group_moves_only_what_was_ticked(world, jonas, grouped):
    with world.alpenrand.scope():
        stamp = queries.stamp(CustomerGroup.objects.get(pk=grouped))
    sent = {"name": "Mixed customers", "colour": 3, "stamp": stamp, "act": "save"}
    assert jonas.post(f"/settings/customer-groups/{grouped}", sent).status_code == 302
    with world.alpenrand.scope():
        assert GroupMember.of_partner.filter(group=grouped).count() == 2


def test_a_group_counts_only_the_persons_own_customers(world, jonas, grouped):
    with world.alpenrand.scope() as opened:
        actions.withdraw_role(
            opened.actor, queries.roles().get(name="Of South"), Person.objects.get(first_name="Jonas")
        )
    page = jonas.get(f"/settings/customer-groups/{grouped}").content.decode()
    assert "Contoso" in page
    assert "Fabrikam" not in page
    with world.alpenrand.acting("Jonas"):
        assert {group.name: group.held for group in queries.groups()}["Mixed"] == 1
