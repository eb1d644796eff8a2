"""Tenants are read whole at first, then by what changed; unchanged objects cost nothing."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.conf import settings

from tenantry.engines.inventory import collect
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Domain, SearchText, Seen, TenantUser, TenantUserVersion
from tenantry.engines.postgres import addresses
from tenantry.kernel import clock, facts
from tenantry.kernel.models import Fact
from tests.rules import rule

pytestmark = pytest.mark.django_db


def recorded(contoso, name):
    with contoso.here():
        return [facts.values(row) for row in Fact.objects.filter(name=f"inventory.{name}").order_by("at")]


def later(minutes: float):
    return clock.moved(timedelta(minutes=minutes))


def test_a_first_read_brings_every_kind(contoso):
    contoso.first_read()
    figures = contoso.figures()
    assert figures.users + figures.guests == contoso.tenant["users"]
    assert figures.groups
    assert figures.domains
    assert figures.seats_bought >= figures.seats_assigned > 0
    with contoso.here():
        assert TenantUser.objects.count() == contoso.tenant["users"]
        assert Domain.objects.filter(default=True).get().object_id == "contoso.example"
    assert {contoso.state(name).state for name in kinds()} == {"fresh"}


def test_the_end_of_a_first_read_is_recorded_once_with_counts(contoso):
    contoso.first_read()
    with later(61):
        contoso.tick()
    (ended,) = recorded(contoso, "first_read_finished")
    assert ended["counts"]["users"] == contoso.tenant["users"]
    assert ended["unknown"] == []
    assert contoso.source().first_read_at


@rule("MOD-38")
def test_a_first_read_keeps_no_version_and_a_change_keeps_the_body_it_replaced(contoso):
    """A first read writes no versions; a changed object leaves one that holds the replaced body."""
    contoso.first_read()
    with contoso.here():
        assert not TenantUserVersion.objects.exists()
        before = TenantUser.objects.order_by("id").first()
    contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "change", before.object_id, displayName="Renamed")
    with later(6):
        contoso.tick()
    with contoso.here():
        kept = TenantUserVersion.objects.get()
        after = TenantUser.objects.get(pk=before.pk)
    assert (kept.body, kept.since, kept.removed) == (before.body, before.changed_at, False)
    assert after.display_name == after.values()["displayName"] == "Renamed"


def test_what_is_removed_leaves_lists_figures_and_search_and_keeps_a_version(contoso):
    gone = contoso.newcomer()
    contoso.first_read()
    before = contoso.figures()
    contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "delete", gone)
    with later(6):
        contoso.tick()
    with contoso.here():
        assert not TenantUser.objects.filter(object_id=gone).exists()
        assert not SearchText.objects.filter(object_id=gone).exists()
        assert TenantUserVersion.objects.get(object_id=gone).removed
    assert contoso.figures().users == before.users - 1


def test_an_unchanged_cycle_writes_no_row(contoso):
    contoso.first_read()
    with contoso.here():
        before = list(Domain.objects.values_list("id", "changed_at", "hash"))
    with later(61):
        contoso.tick()
    with contoso.here():
        assert list(Domain.objects.values_list("id", "changed_at", "hash")) == before
    assert contoso.state("domains").read_at > contoso.source().first_read_at


@rule("MOD-15")
def test_an_expired_delta_token_means_a_full_read_without_versions_of_equal_objects(contoso):
    """After syncStateNotFound everything is read again, and equal objects get no version."""
    contoso.first_read()
    contoso.cloud.admin.fault("delta_expired", match={"path": "/users/delta"}, count=1)
    with later(6):
        contoso.tick()
    with contoso.here():
        assert not TenantUserVersion.objects.exists()
        assert TenantUser.objects.count() == contoso.tenant["users"]
    assert contoso.state("users").state == "fresh"


def test_a_full_read_over_pages_removes_what_it_does_not_meet(contoso, monkeypatch):
    gone = contoso.newcomer()
    contoso.first_read()
    small_pages(monkeypatch)
    contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "delete", gone)
    contoso.cloud.admin.fault("delta_expired", match={"path": "/users/delta"}, count=1)
    with later(6):
        contoso.tick()
    with contoso.here():
        assert not TenantUser.objects.filter(object_id=gone).exists()
        assert TenantUser.objects.count() == contoso.tenant["users"]
        assert not Seen.objects.exists()


def test_a_read_shows_page_and_objects_of_how_many(contoso, monkeypatch):
    small_pages(monkeypatch)
    contoso.cloud.admin.fault("truncated", match={"path": "/users/delta"}, after=2)
    contoso.first_read()
    state = contoso.state("users")
    assert (state.page, state.objects_read, state.expected) == (2, 20, contoso.tenant["users"])


def test_an_interrupted_read_goes_on_at_the_page_where_it_was(contoso, monkeypatch):
    small_pages(monkeypatch)
    contoso.cloud.admin.fault("truncated", match={"path": "/users/delta"}, after=2)
    contoso.first_read()
    contoso.cloud.admin.clear_faults()
    before = contoso.cloud.admin.counters()[contoso.tenant["id"]]
    with later(6):
        contoso.tick()
    assert contoso.state("users").state == "fresh"
    assert contoso.figures().users + contoso.figures().guests == contoso.tenant["users"]
    assert contoso.cloud.admin.counters()[contoso.tenant["id"]] - before == 2  # the last page, and the groups' delta


@rule("MOD-39")
def test_a_tick_starts_one_cycle_for_a_due_tenant_and_none_for_another(contoso):
    """One workflow for each tenant with a due kind, and none for a tenant without."""
    contoso.first_read()
    started = contoso.work.waiting
    from tenantry.engines.inventory.tasks import tick

    tick()
    assert started == []
    with later(6):
        tick()
        tick()
    assert [name for name, _ids in started] == ["inventory.cycle"]


def test_a_new_selection_of_properties_voids_the_token(contoso, monkeypatch):
    contoso.first_read()
    replace_kind(monkeypatch, version=2)
    before = contoso.state("users").token
    with later(6):
        contoso.tick()
    state = contoso.state("users")
    assert (state.selection, state.state) == (2, "fresh")
    assert state.token != before


def test_a_tenant_that_another_worker_reads_is_left_to_it(contoso, monkeypatch):
    monkeypatch.setattr(collect, "BUSY_SECONDS", 0)
    where = addresses.admin(settings.DATA, "", addresses.database_name("de-westcentral"))
    with psycopg.connect(**where) as other:
        key = f"inventory source {contoso.source_id}"
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        contoso.first_read()
        assert contoso.figures().users is None
    contoso.read()
    assert contoso.figures().users


def small_pages(monkeypatch):
    """Users come ten at a time."""
    replace_kind(monkeypatch, page=10)


def replace_kind(monkeypatch, **values):
    from dataclasses import replace

    monkeypatch.setitem(kinds(), "users", replace(kinds()["users"], **values))
