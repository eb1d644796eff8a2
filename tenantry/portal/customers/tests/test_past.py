"""A tenant's lists as of a past moment, and the history of one thing, as people see them."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tenantry.engines.inventory import tasks
from tenantry.engines.inventory.models import TenantGroup, TenantUser
from tenantry.kernel import clock
from tenantry.portal.customers.models import Customer
from tests.rules import rule

pytestmark = pytest.mark.django_db(transaction=True)
LISTS = ("users", "groups", "licences", "devices", "roles", "apps", "enterprise-apps", "consents",
         "conditional-access", "named-locations", "sign-in-methods", "sign-in-activity")  # fmt: skip


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def person(microsoft, tenant):
    """Somebody who stands first in the list, so that a test finds the name on its first page."""
    upn = f"{uuid4().hex}@contoso.example"
    values = {"displayName": "Aaron Alt", "userPrincipalName": upn, "mailNickname": "aaron"}
    made = microsoft.admin.mutate(tenant["id"], "users", "create", accountEnabled=True, **values)["id"]
    yield made
    microsoft.admin.mutate(tenant["id"], "users", "delete", made)


@pytest.fixture
def customer(walk, tenant, world, work, person):  # the person is read with the rest
    walk.onboard(tenant["cast"]["admin"])
    work.drain()
    with world.alpenrand.scope():
        return Customer.objects.get(tenants__tenant_id=tenant["id"])


@pytest.fixture
def then(customer, tenant, work, microsoft, person):
    """The customer, and a moment after its first read; since then the person has another name."""
    moment = clock.now() + timedelta(minutes=1)
    microsoft.admin.mutate(tenant["id"], "users", "change", person, displayName="Aaron Neu")
    with clock.moved(timedelta(minutes=6)):
        tasks.tick()
        work.drain()
    with clock.moved(timedelta(minutes=30)):
        yield customer, moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(world, path, **headers):
    return world.alpenrand.browser("Sophie").get(path, headers=headers)


def text_of(world, path):
    found = answer(world, path)
    assert found.status_code == 200
    return found.content.decode()


@rule("MOD-29")
def test_a_list_as_of_a_moment_shows_what_was_valid_then_and_no_action(then, world):
    """Given `?at=`, when a list opens, then rows equal the versions valid at that moment and actions are disabled."""
    customer, at = then
    now, past = (text_of(world, f"/customers/{customer.pk}/users{query}") for query in ("", f"?at={at}"))
    assert ("Aaron Neu" in now, "Aaron Alt" in now) == (True, False)
    assert ("Aaron Neu" in past, "Aaron Alt" in past) == (False, True)
    assert "You see what was known on" in past
    assert "Back to now" in past
    assert re.search(r'aria-disabled="true"[^>]*title="Go back to now first."', past)
    assert f"/customers/{customer.pk}/read" in now
    assert f"/customers/{customer.pk}/read" not in past


@rule("MOD-29")
def test_every_list_can_be_asked_for_as_of_a_moment(then, world):
    """Each list of a tenant answers as of a moment, and its links keep it."""
    customer, at = then
    for name in LISTS:
        text = text_of(world, f"/customers/{customer.pk}/{name}?at={at}")
        assert "You see what was known on" in text, name
        assert "tn-grid-row" in text or name in {"conditional-access", "named-locations"}, name
        assert "tn-age" not in text.partition('class="tn-list-head"')[2].partition("<table")[0], name


@pytest.mark.parametrize(
    ("wish", "told"),
    [("2001-02-03T04:05Z", "Nothing is known before"), ("2999-01-01", "has not come yet"), ("soon", "no date and time"),
     ("0001-01-01", "Nothing is known before"), ("9999-12-31T23:59-23:59", "You see the present")],
)  # fmt: skip
def test_a_moment_that_cannot_be_shown_is_refused_and_the_present_stands(then, world, wish, told):
    customer, _at = then
    found = answer(world, f"/customers/{customer.pk}/users?at={wish}")
    text = found.content.decode()
    assert found.status_code == 422
    assert told in text
    assert "Aaron Neu" in text


def test_a_group_shows_its_members_of_then(then, world):
    customer, at = then
    with world.alpenrand.scope():
        group = TenantGroup.objects.filter(members__gt=0).first()
    text = text_of(world, f"/customers/{customer.pk}/groups/{group.pk}?at={at}")
    assert "You see what was known on" in text
    assert text.count('class="tn-grid-row"') == min(group.members, 50)


def test_the_history_of_a_person_says_what_changed_in_words(then, world, person):
    customer, _at = then
    with world.alpenrand.scope():
        row = TenantUser.objects.get(object_id=person)
    address = f"/customers/{customer.pk}/history/users/{row.pk}"
    assert address in text_of(world, f"/customers/{customer.pk}/users")
    for text in (text_of(world, address), answer(world, address, hx_target="tn-drawer").content.decode()):
        assert '<th scope="row">Name</th><td><del>Aaron Alt</del></td><td><ins>Aaron Neu</ins></td>' in text
        assert "First read. What it was before is not known." in text
        assert "Nothing is known before" in text
        assert "&quot;displayName&quot;: &quot;Aaron Neu&quot;" in text


def test_the_history_of_a_thing_that_is_not_there_is_not_found(then, world):
    customer, _at = then
    for path in ("users/1", "users/100000000000000001", "nonsense/1"):
        assert answer(world, f"/customers/{customer.pk}/history/{path}").status_code == 404
