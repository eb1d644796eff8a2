"""The home page: what is wrong first, figures that lead to their lists, and how to begin."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.engines.inventory.models import Figures, KindState, Source
from tenantry.kernel import clock
from tenantry.portal.customers.models import AppProfile, Customer, Tenant
from tenantry.portal.customers.queries import home
from tests.world import add_customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(world):
    """Contoso was read a while ago: users, and seats of which some are free."""
    with world.alpenrand.scope():
        yield read_tenant(Customer.objects.get(organisation="Contoso"))


def read_tenant(customer: Customer, **more) -> Source:
    tenant = Tenant.objects.get(customer=customer)
    now = clock.now()
    source = Source.objects.create(customer_id=customer.pk, tenant_id=tenant.tenant_id, cloud="simulator",
                                   region="de-westcentral", connected_at=now, first_read_at=now)  # fmt: skip
    Figures.objects.create(customer_id=customer.pk, source=source, users=40, seats_bought=30, seats_assigned=10)
    for kind in ("users", "skus"):
        KindState.objects.create(customer_id=customer.pk, source=source, kind=kind, state="fresh",
                                 read_at=clock.now() - timedelta(minutes=4), **more)  # fmt: skip
    return source


def lose(name: str, status: str, missing=()) -> AppProfile:
    tenant = Tenant.objects.get(customer__organisation=name)
    return AppProfile.objects.create(customer=tenant.customer, tenant=tenant, app="insight", status=status,
                                     missing=list(missing))  # fmt: skip


def seen(world, who: str = "Sophie") -> str:
    return world.alpenrand.browser(who).get("/home").content.decode()


def test_a_partner_without_customers_is_told_how_to_begin(world):
    text = world.kiefer.browser("Urs").get("/home").content.decode()
    assert "Your customers will stand here" in text
    assert 'href="/customers/onboard"' in text


def test_with_nothing_wrong_the_page_says_so(world):
    text = seen(world)
    assert "Nothing needs you at the moment." in text
    assert "Your customers will stand here" not in text


def test_lost_consent_stands_before_missing_permissions_each_with_its_act(world):
    with world.alpenrand.scope():
        reduced = lose("Contoso", AppProfile.Status.INSUFFICIENT, ["Group.Read.All", "User.Read.All"])
        lost = lose("Fabrikam", AppProfile.Status.EXPIRED)
    text = seen(world)
    assert text.index("Consent has ended, nothing is read") < text.index("2 permissions have been taken back")
    for profile in (lost, reduced):
        assert f'href="/customers/{profile.customer_id}/consent/{profile.pk}"' in text


def test_reads_that_fail_stand_there_with_their_reason_and_since_when(world):
    with world.alpenrand.scope():
        read_tenant(Customer.objects.get(organisation="Contoso"), reason="throttled",
                    failing_since=clock.now() - timedelta(hours=3))  # fmt: skip
    text = seen(world)
    assert "Microsoft asks for patience: 2 kinds" in text
    assert "3 h ago" in text


def test_every_figure_is_a_link_with_an_age(world, read):
    text = seen(world)
    figures = text.split('<a class="tn-stat"')[1:]
    assert len(figures) == 6
    for figure in figures:
        assert 'href="/customers' in figure
        assert "live" in figure or "4 min ago" in figure


def test_seats_and_users_are_summed_and_ranked(read):
    assert (home.total("users").value, home.total("seats_bought").value) == (40, 30)
    assert [(customer.organisation, free) for customer, free in home.most_unassigned(5)] == [("Contoso", 20)]
    assert [customer.organisation for customer, _users in home.most_users(5)] == ["Contoso"]


def test_a_limited_colleague_counts_its_own_customers_only(world):
    with world.alpenrand.scope():
        lose("Fabrikam", AppProfile.Status.EXPIRED)
    before = seen(world, "Jonas")
    assert "Fabrikam" not in before
    add_customers(world.alpenrand, East="Proseware")
    assert "Proseware" not in seen(world, "Jonas")
    assert "Proseware" in seen(world)
