"""Another tenant for a connected customer, and consent once more by a link."""

from __future__ import annotations

import re

import pytest

from tenantry.engines.inventory.models import Source
from tenantry.portal.customers import collect, rules
from tenantry.portal.customers.models import AppProfile, Customer, Tenant
from tests.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenants(microsoft):
    """Two commercial tenants with an administrator who may consent."""
    return [each for each in microsoft.admin.world() if "admin" in each["cast"]][:2]


@pytest.fixture
def connected(walk, tenants, world, work):
    walk.onboard(tenants[0]["cast"]["admin"])
    work.drain()
    with world.alpenrand.scope():
        return Customer.objects.get(tenants__tenant_id=tenants[0]["id"])


@pytest.fixture
def visitor(world, settings):
    return Walk(world.nobody, settings.PUBLIC_URL)


def add(walk, customer, how, **values):
    walk.open(f"/customers/{customer.pk}/tenants/add")
    return walk.send(walk.page.form("sharepoint_admin"), how, **values)


def address(page):
    return re.search(r"<code>(http[^<]+/connect/[^<]+)</code>", page.text)[1]


def follow(visitor, link, account):
    visitor.open(link)
    visitor.send(visitor.page.form(action="/connect/"))
    visitor.as_account(account)
    return visitor.decide()


def ids(world, customer):
    with world.alpenrand.scope():
        return set(Tenant.objects.filter(customer=customer).values_list("tenant_id", flat=True))


def test_a_second_tenant_is_added_and_read(connected, walk, tenants, world, work):
    add(walk, connected, "now", name="Branch office", sharepoint_admin="https://branch-admin.sharepoint.com")
    walk.as_account(tenants[1]["cast"]["admin"])
    assert walk.decide().url.endswith(f"/customers/{connected.pk}/tenants")
    work.drain()
    assert ids(world, connected) == {tenant["id"] for tenant in tenants}
    with world.alpenrand.scope():
        assert Source.objects.get(tenant_id=tenants[1]["id"]).first_read_at is not None
    text = world.alpenrand.browser("Sophie").get(f"/customers/{connected.pk}/tenants").content.decode()
    assert "Branch office" in text
    assert "2 tenants" in text


def test_the_customers_own_tenant_is_not_added_twice(connected, walk, tenants, world):
    add(walk, connected, "now")
    walk.as_account(tenants[0]["cast"]["admin"])
    page = walk.decide()
    assert page.status == 422
    assert "already your customer" in page.text
    assert len(ids(world, connected)) == 1


def test_a_tenant_is_added_by_a_link(connected, walk, visitor, tenants, world, work):
    page = add(walk, connected, "link", email="it@branch.example")
    assert "Thank you" in follow(visitor, address(page), tenants[1]["cast"]["admin"]).text
    work.drain()
    assert len(ids(world, connected)) == 2


def test_an_address_that_is_no_admin_centre_is_refused_and_stays(connected, walk):
    page = add(walk, connected, "now", sharepoint_admin="https://evil.example/x")
    assert page.status == 422
    assert "https://evil.example/x" in page.text
    assert "looks like" in page.text


def test_consent_is_given_again_by_a_link_of_the_same_tenant_only(
    connected, walk, visitor, tenants, world, work, microsoft
):
    microsoft.admin.withdraw(tenants[0]["id"], collect.apps.app(rules.INSIGHT).client_id)
    with world.alpenrand.scope():
        profile = AppProfile.objects.get(customer=connected)
        AppProfile.objects.update(status="expired")
    walk.open(f"/customers/{connected.pk}/consent/{profile.pk}")
    page = walk.send(walk.page.form("email", "recipients"), "link", email="it@customer.example")
    link = address(page)
    visitor.open(link)
    visitor.send(visitor.page.form(action="/connect/"))
    assert "different tenant" in visitor.as_account(tenants[1]["cast"]["admin"]).text
    assert "Thank you" in follow(visitor, link, tenants[0]["cast"]["admin"]).text
    work.drain()
    with world.alpenrand.scope():
        assert AppProfile.objects.get(customer=connected).status == "active"
