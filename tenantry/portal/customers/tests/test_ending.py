"""A customer that is disconnected, what stays of it, and its return."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.engines.inventory import tasks as reading
from tenantry.engines.inventory.models import KindState, Source
from tenantry.kernel import clock, registry
from tenantry.kernel.models import Fact
from tenantry.kernel.offers import SearchSource
from tenantry.kernel.residency import claims
from tenantry.portal.customers.models import AppProfile, Customer
from tests.rules import rule
from tests.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def connected(walk, tenant, world, work):
    walk.onboard(tenant["cast"]["admin"])
    work.drain()
    with world.alpenrand.scope():
        return Customer.objects.get(tenants__tenant_id=tenant["id"])


def disconnect(world, customer, who="Sophie", typed=""):
    browser = world.alpenrand.browser(who)
    return browser.post(f"/customers/{customer.pk}/disconnect", {"typed": typed or customer.organisation})


def state(world, customer):
    with world.alpenrand.scope():
        return Customer.objects.get(pk=customer.pk).state


def text(world, path):
    return world.alpenrand.browser("Sophie").get(path).content.decode()


def hits(world, words):
    with world.alpenrand.acting("Sophie"):
        return [hit.href for source in registry.offers(SearchSource) for hit in source.find(words, 50)]


@rule("CUS-21")
def test_lists_counts_and_search_omit_it_and_facts_remain(connected, world, tenant, work):
    """After disconnect lists, counts and search omit the customer, and its facts remain."""
    before = text(world, "/customers")
    assert "of 3" in before
    assert disconnect(world, connected).status_code == 302
    work.drain()
    assert "of 2" in text(world, "/customers")
    for words in (connected.organisation, tenant["default_domain"], "example"):
        assert not [href for href in hits(world, words) if f"/{connected.pk}" in href]
    with world.alpenrand.scope():
        assert Fact.objects.filter(customer_id=connected.pk, name="customers.customer_onboarded").exists()
    assert "disconnected the customer." in text(world, f"/customers/{connected.pk}/activity")


def test_nothing_is_read_of_it_any_more(connected, world, work):
    disconnect(world, connected)
    with world.alpenrand.scope():
        before = KindState.objects.filter(customer_id=connected.pk).values_list("kind", "read_at")
        before = dict(before)
    with clock.moved(timedelta(hours=3)):
        reading.tick()
        work.drain()
    with world.alpenrand.scope():
        assert Source.objects.get(customer_id=connected.pk).paused
        assert dict(KindState.objects.filter(customer_id=connected.pk).values_list("kind", "read_at")) == before


def test_another_name_than_the_customers_ends_nothing(connected, world):
    answer = disconnect(world, connected, typed="Contosa")
    assert answer.status_code == 422
    assert "Contosa" in answer.content.decode()
    assert state(world, connected) == "active"


def test_it_ends_once(connected, world):
    disconnect(world, connected)
    assert disconnect(world, connected).status_code == 409


def test_an_old_proof_is_renewed_first(world):
    browser = world.alpenrand.browser("Sophie")
    with clock.moved(timedelta(minutes=6)):
        answer = browser.get(f"/customers/{world.alpenrand.customers['Contoso']}/disconnect")
    assert "/profile/prove" in answer.headers["Location"]


def test_a_technician_may_not_end_it(world):
    contoso = world.alpenrand.customers["Contoso"]
    answer = world.alpenrand.browser("Jonas").post(f"/customers/{contoso}/disconnect", {"typed": "Contoso"})
    assert answer.status_code == 403


def test_what_is_kept_about_it_changes_no_more(connected, world):
    disconnect(world, connected)
    answer = world.alpenrand.browser("Sophie").post(f"/customers/{connected.pk}/mode", {"mode": "partner"})
    assert answer.status_code == 409


def test_another_partner_may_take_the_tenant(connected, world, tenant, work, settings):
    disconnect(world, connected)
    work.drain()
    tomas = Walk(world.baltic.browser("Tomas"), settings.PUBLIC_URL)
    assert tomas.onboard(tenant["cast"]["admin"], data_centre="de-westcentral").url.endswith("/tenants")
    assert claims.route("tenant", tenant["id"]).partner == world.baltic.opened.partner


def come_back(walk, customer):
    walk.open(f"/customers/{customer.pk}/reconnect")
    walk.send(walk.page.form(action="/reconnect"))
    return walk.decide()


def test_reconnected_its_history_goes_on(connected, world, work, walk, tenant):
    disconnect(world, connected)
    work.drain()
    assert come_back(walk, connected).url.endswith("/tenants")
    work.drain()
    assert state(world, connected) == "active"
    assert claims.route("tenant", tenant["id"]).partner == world.alpenrand.opened.partner
    with world.alpenrand.scope():
        assert not Source.objects.get(customer_id=connected.pk).paused
        assert AppProfile.objects.get(customer_id=connected.pk).status == "active"
    assert "of 3" in text(world, "/customers")


def test_onboarding_it_again_offers_to_reconnect(connected, world, work, walk, tenant):
    disconnect(world, connected)
    work.drain()
    page = walk.onboard(tenant["cast"]["admin"])
    assert page.status == 422
    assert f'href="/customers/{connected.pk}/reconnect"' in page.text


def test_it_does_not_come_back_from_another_partner(connected, world, work, walk, tenant, settings):
    disconnect(world, connected)
    work.drain()
    Walk(world.baltic.browser("Tomas"), settings.PUBLIC_URL).onboard(
        tenant["cast"]["admin"], data_centre="de-westcentral"
    )
    page = come_back(walk, connected)
    assert page.status == 422
    assert "connected to another partner" in page.text
    assert state(world, connected) == "disconnected"
