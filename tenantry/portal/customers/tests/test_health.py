"""Whether consent still holds: at each token, each night, and while Microsoft says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenantry.engines.inventory import tasks as reading
from tenantry.engines.inventory.models import KindState
from tenantry.kernel import clock
from tenantry.kernel.models import Fact
from tenantry.portal.customers import collect, rules, tasks
from tenantry.portal.customers.models import AppProfile, Customer
from tests.rules import rule

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def app():
    return collect.apps.app(rules.INSIGHT).client_id


@pytest.fixture
def connected(walk, tenant, world, work):
    walk.onboard(tenant["cast"]["admin"])
    work.drain()
    with world.alpenrand.scope():
        return Customer.objects.get(tenants__tenant_id=tenant["id"])


def later(work, tick, **by):
    with clock.moved(timedelta(**by)):
        tick()
        work.drain()


def profile(world, customer):
    with world.alpenrand.scope():
        return AppProfile.objects.get(customer_id=customer.pk)


def facts(world, name):
    with world.alpenrand.scope():
        return Fact.objects.filter(name=f"customers.{name}").count()


def page(world, customer, path=""):
    return world.alpenrand.browser("Sophie").get(f"/customers/{customer.pk}{path}").content.decode()


@pytest.mark.parametrize(
    ("now", "expected"),
    [(NIGHT - timedelta(minutes=1), NIGHT), (NIGHT, NIGHT + timedelta(days=1)),
     (NIGHT + timedelta(hours=20), NIGHT + timedelta(days=1))],
)  # fmt: skip
def test_the_next_check_is_the_next_half_past_one(now, expected):
    assert rules.next_check(now) == expected


def test_permissions_beyond_what_is_needed_are_no_harm():
    assert rules.health({"A", "B", "C"}, {"A", "B"}) == rules.Health("active")
    assert rules.health({"A"}, {"A", "B"}) == rules.Health("insufficient", ("B",))


@rule("CUS-12")
def test_a_permission_that_no_read_needs_is_missed_at_the_next_token(connected, world, microsoft, tenant, app, work):
    """A token with fewer roles makes the profile *Insufficient* and names the role, though no read has failed."""
    microsoft.admin.reduce(tenant["id"], app, "User.Read.All")
    later(work, reading.tick, minutes=6)
    found = profile(world, connected)
    assert (found.status, found.missing) == ("insufficient", ["User.Read.All"])
    assert "User.Read.All" in page(world, connected)
    assert facts(world, "consent_reduced") == 1


def test_what_is_given_back_heals_the_profile(connected, world, microsoft, tenant, app, work):
    microsoft.admin.reduce(tenant["id"], app, "User.Read.All")
    later(work, reading.tick, minutes=6)
    microsoft.admin.consent(tenant["id"], app)
    later(work, reading.tick, minutes=12)
    assert profile(world, connected).status == "active"


@rule("CUS-12")
def test_a_night_finds_a_service_principal_that_is_gone(connected, world, microsoft, tenant, app, work):
    """A removed service principal is *Consent lost* after the nightly check, and the customer stays Active."""
    microsoft.admin.withdraw(tenant["id"], app)
    later(work, tasks.tick, hours=24)
    later(work, tasks.tick, hours=48)
    assert profile(world, connected).status == "expired"
    assert facts(world, "consent_lost") == 1
    with world.alpenrand.scope():
        assert Customer.objects.get(pk=connected.pk).state == "active"


def test_a_silent_sign_in_leaves_the_last_status_with_its_age(connected, world, microsoft, work):
    microsoft.admin.fault("unavailable", match={"part": "token"})
    later(work, tasks.tick, hours=24)
    found = profile(world, connected)
    assert found.status == "active"
    assert found.silent_since is not None
    assert "Microsoft does not answer" in page(world, connected, "/tenants")
    microsoft.admin.clear_faults()
    later(work, tasks.tick, hours=24, minutes=16)
    assert profile(world, connected).silent_since is None


def test_a_check_before_its_time_asks_nothing(connected, world, work):
    before = profile(world, connected).checked_at
    tasks.tick()
    work.drain()
    assert profile(world, connected).checked_at == before


def test_what_cannot_be_read_for_want_of_a_licence_needs_somebody(connected, world):
    with world.alpenrand.scope():
        state = KindState.objects.filter(customer_id=connected.pk).order_by("kind").first()
        state.reason, state.detail, state.read_at = "no_licence", "Entra ID P1", None
        state.save()
    assert "1 kind cannot be read." in page(world, connected)


@pytest.mark.parametrize(
    ("bought", "assigned", "expected"), [(100, 90, True), (100, 91, False), (40, 36, False), (0, 0, False)]
)
def test_unassigned_seats_are_named_once_they_are_many(bought, assigned, expected):
    assert rules.is_worth_a_look(bought, assigned) is expected


@pytest.mark.parametrize(
    ("done", "expected", "seconds", "left"),
    [(0, 100, 60, None), (50, 100, 2, None), (100, 100, 60, None), (50, 100, 60, 1), (10, 100, 60, 9)],
)
def test_the_time_left_follows_from_the_present_pace(done, expected, seconds, left):
    assert rules.minutes_left(done, expected, seconds) == left
