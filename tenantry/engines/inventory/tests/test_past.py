"""A past moment is answered as it was, and one thing tells what it was and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections

from tenantry.engines.inventory import queries, tasks
from tenantry.engines.inventory.models import SearchText, TenantUser, TenantUserVersion
from tenantry.engines.inventory.tests.conftest import REGION
from tenantry.engines.postgres.partitions import ensure_months
from tenantry.kernel import clock
from tenantry.kernel.errors import Missing
from tests.rules import rule

pytestmark = pytest.mark.django_db
USERS = ("users",)


def later(minutes: float):
    return clock.moved(timedelta(minutes=minutes))


def names_of(contoso, words=""):
    with contoso.here():
        return {row.object_id: row.display_name for row in queries.users(77, words)}


@pytest.fixture
def changed(contoso):
    """Contoso read; then somebody joined, somebody married and somebody left, each read an hour after the other."""
    leaver, bride = contoso.newcomer(), contoso.newcomer()
    contoso.first_read()
    before = clock.now()
    with later(60):
        contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "change", bride, displayName="Nina Alt")
        joiner = contoso.newcomer()
        contoso.tick()
        between = clock.now()
    with later(120):
        contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "delete", leaver)
        contoso.tick()
    return before, between, leaver, bride, joiner


@rule("MOD-29")
def test_rows_of_a_past_moment_are_the_versions_valid_then(contoso, changed):
    """Given a moment, rows equal the versions valid at it."""
    before, between, leaver, bride, joiner = changed
    with later(121):
        now = names_of(contoso)
        with contoso.here(), queries.past(77, before, USERS):
            first = names_of(contoso)
            assert set(names_of(contoso, "nina neu")) == {leaver, bride}
        with contoso.here(), queries.past(77, between, USERS):
            second = names_of(contoso)
    assert first.keys() - now.keys() == {leaver}
    assert (joiner in first, joiner in second, joiner in now) == (False, True, True)
    assert (first[bride], second[bride], now[bride]) == ("Nina Neu", "Nina Alt", "Nina Alt")


def test_the_present_is_back_when_the_past_is_left(contoso, changed):
    now = names_of(contoso)
    with contoso.here():
        with queries.past(77, changed[0], USERS):
            assert TenantUser.objects.count() == len(now)
        assert {row.object_id: row.display_name for row in queries.users(77)} == now
        assert SearchText.objects.filter(kind="users").count() == len(now)


def test_a_group_had_the_members_that_it_had(contoso):
    contoso.first_read()
    with contoso.here():
        group = queries.groups(77).filter(members__gt=1).first()
        member = queries.members(group).filter(relation="members").first().member_id
    before = clock.now()
    with later(6):
        contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "delete", member)
        contoso.tick()
        with contoso.here(), queries.past(77, before, ("groups", "users")):
            then = queries.group(77, group.pk)
            assert then.members == group.members == queries.members(then).filter(relation="members").count()


def test_nothing_is_known_before_the_first_read_or_of_a_kind_that_was_refused(contoso):
    with contoso.here():
        assert queries.known_since(77, USERS) is None
    contoso.cloud.admin.fault("no_premium", match={"path": "/identity/conditionalAccess"})
    contoso.first_read()
    with contoso.here():
        assert queries.known_since(77, USERS) == contoso.state("users").first_at
        assert queries.known_since(77, ("users", "conditional_access")) is None


def test_one_thing_tells_what_it_was_and_when(contoso, changed):
    _before, between, _leaver, bride, _joiner = changed
    with contoso.here():
        row = TenantUser.objects.get(object_id=bride)
        changes, following = queries.history(queries.thing(77, "users", row.pk))
    assert [change.what for change in changes] == ["changed", "known"]
    assert changes[0].at <= between
    assert [(one.path, one.before, one.after) for one in changes[0].differences] == [
        (("displayName",), "Nina Neu", "Nina Alt")
    ]
    assert following == ""


def test_a_thing_that_is_gone_is_found_in_the_past_and_tells_its_end(contoso, changed):
    before, _between, leaver, _bride, joiner = changed
    with contoso.here():
        with queries.past(77, before, USERS):
            number = TenantUser.objects.get(object_id=leaver).pk
        gone = queries.thing(77, "users", number)
        made = queries.thing(77, "users", TenantUser.objects.get(object_id=joiner).pk)
        assert [change.what for change in queries.history(gone)[0]] == ["removed", "known"]
        assert [change.what for change in queries.history(made)[0]] == ["made"]
    assert gone.title == "Nina Neu"


def test_the_history_of_a_thing_comes_in_pages_that_lose_nothing(contoso, monkeypatch):
    person = contoso.newcomer()
    contoso.first_read()
    for number in range(1, 6):
        with later(10 * number):
            contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "change", person, jobTitle=f"Job {number}")
            contoso.tick()
    monkeypatch.setitem(queries.history.__globals__, "MOST", 2)
    with contoso.here():
        thing = queries.thing(77, "users", TenantUser.objects.get(object_id=person).pk)
        told, place = [], ""
        for _page in range(4):
            changes, place = queries.history(thing, place)
            told += [change.differences[0].after for change in changes if change.differences]
            if not place:
                break
    assert told == ["Job 5", "Job 4", "Job 3", "Job 2", "Job 1"]


def test_a_thing_of_another_customer_has_no_history_here(contoso):
    contoso.first_read()
    with contoso.here():
        row = TenantUser.objects.first()
        with pytest.raises(Missing):
            queries.thing(78, "users", row.pk)


def test_versions_older_than_they_are_kept_are_dropped_by_the_month(contoso, changed):
    old = clock.now() - timedelta(days=500)
    with contoso.here():
        ensure_months(TenantUserVersion, old.date().replace(day=1), using=REGION, months=1)
        kept = TenantUserVersion.objects.count()
        row = TenantUserVersion.objects.first()
        row.pk, row.since, row.until = None, old - timedelta(days=1), old
        row.save(force_insert=True)
        assert old.strftime("%Y%m") in months_of(TenantUserVersion)
    with clock.at(clock.now().replace(hour=2, minute=40)):
        tasks.forget()
    with contoso.here():
        assert TenantUserVersion.objects.count() == kept > 0
        assert old.strftime("%Y%m") not in months_of(TenantUserVersion)


def months_of(model):
    """The months for which the table has partitions."""
    with connections[REGION].cursor() as cursor:
        cursor.execute("SELECT right(inhrelid::regclass::text, 6) FROM pg_inherits WHERE inhparent = %s::regclass",
                       [model._meta.db_table])  # fmt: skip
        return {row[0] for row in cursor.fetchall() if row[0].isdigit()}
