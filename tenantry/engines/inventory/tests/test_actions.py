"""Connecting a tenant, asking for a fresh read, pausing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.engines.inventory import actions
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Figures, KindState, Source
from tenantry.engines.inventory.tasks import tick
from tenantry.kernel import clock
from tenantry.kernel.errors import Missing, NotAllowed

pytestmark = pytest.mark.django_db
TENANT = "AAAAAAAA-0000-4000-8000-000000000001"


def connect(firm, customer="Contoso", *, who):
    return actions.connect(who, customer_id=firm.customers[customer], tenant_id=TENANT, cloud="simulator", roles=["A"])


@pytest.fixture
def alpenrand(world):
    return world.alpenrand


def test_connecting_makes_a_source_with_every_kind_waiting(alpenrand):
    with alpenrand.acting("Sophie") as opened:
        source = connect(alpenrand, who=opened.actor)
        assert source.tenant_id == TENANT.lower()
        assert set(KindState.objects.values_list("kind", flat=True)) == set(kinds())
        assert Figures.objects.get(source=source).users is None


def test_connecting_again_makes_no_second_source(alpenrand):
    with alpenrand.acting("Sophie") as opened:
        first, second = connect(alpenrand, who=opened.actor), connect(alpenrand, who=opened.actor)
        assert first.pk == second.pk
        assert KindState.objects.count() == len(kinds())


def test_a_technician_may_not_connect(alpenrand):
    with alpenrand.acting("Lena") as opened, pytest.raises(NotAllowed):
        connect(alpenrand, who=opened.actor)


def test_a_fresh_read_is_started_once_a_minute(alpenrand, work):
    with alpenrand.acting("Sophie") as opened:
        connect(alpenrand, who=opened.actor)
        customer = alpenrand.customers["Contoso"]
        assert actions.request_read(opened.actor, customer)
        assert not actions.request_read(opened.actor, customer)
        with clock.moved(timedelta(seconds=61)):
            assert actions.request_read(opened.actor, customer)


def test_nobody_reads_a_customer_without_the_permission(alpenrand):
    with alpenrand.acting("Sophie") as opened:
        connect(alpenrand, who=opened.actor)
    with alpenrand.acting("Lena") as opened, pytest.raises(NotAllowed):
        actions.request_read(opened.actor, alpenrand.customers["Contoso"])


def test_a_customer_without_a_tenant_has_nothing_to_read(alpenrand):
    with alpenrand.acting("Sophie") as opened, pytest.raises(Missing):
        actions.request_read(opened.actor, alpenrand.customers["Contoso"])


def test_a_paused_source_is_never_due_until_resumed(alpenrand, work):
    with alpenrand.acting("Sophie") as opened:
        connect(alpenrand, who=opened.actor)
        actions.pause(opened.actor, alpenrand.customers["Contoso"])
    with clock.moved(timedelta(days=1)):
        tick()
        assert work.waiting == []
        with alpenrand.acting("Sophie") as opened:
            actions.resume(opened.actor, alpenrand.customers["Contoso"])
        tick()
    assert [name for name, _ids in work.waiting] == ["inventory.cycle"]


def test_a_source_is_seen_by_those_who_see_the_customer(alpenrand, world):
    with alpenrand.acting("Sophie") as opened:
        connect(alpenrand, "Fabrikam", who=opened.actor)
    with alpenrand.acting("Jonas"):
        assert not Source.objects.exists()
    with world.baltic.scope():
        assert not Source.objects.exists()
