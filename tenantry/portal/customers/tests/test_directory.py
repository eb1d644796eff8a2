"""The lists of what a tenant holds: in words, with their age, and with the reason where Microsoft refuses."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tenantry.engines.inventory import tasks
from tenantry.engines.inventory.models import AccessPolicy, RoleDefinition, TenantGroup
from tenantry.kernel import clock
from tenantry.portal.customers import collect, rules
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views.directory import conditions, scopes
from tests.rules import rule

READ = pytest.mark.django_db(transaction=True)
LISTS = ("users", "groups", "licences", "devices", "roles", "apps", "enterprise-apps", "consents",
         "conditional-access", "named-locations", "secure-score",
         "sign-in-methods", "sign-in-activity", "tenant-settings")  # fmt: skip


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def connected(walk, tenant, world, work):
    """A customer of Alpenrand that was onboarded and read."""
    walk.onboard(tenant["cast"]["admin"])
    work.drain()
    with world.alpenrand.scope():
        return Customer.objects.get(tenants__tenant_id=tenant["id"])


def text_of(world, path):
    answer = world.alpenrand.browser("Sophie").get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def one_of(world, model, **which):
    with world.alpenrand.scope():
        return model.objects.filter(**which).order_by("id").first()


@READ
def test_each_list_shows_what_was_read_with_its_age(connected, world):
    for name in LISTS:
        text = text_of(world, f"/customers/{connected.pk}/{name}")
        assert "What was read will stand here" not in text, name
        assert "tn-age" in text, name


@READ
def test_a_group_has_a_page_with_its_members_and_owners(connected, world):
    group = one_of(world, TenantGroup, owners__gt=0, members__gt=0)
    address = f"/customers/{connected.pk}/groups/{group.pk}"
    members, owners = text_of(world, address), text_of(world, f"{address}?view=owners")
    assert members.count('class="tn-grid-row"') == min(group.members, 50)
    assert owners.count('class="tn-grid-row"') == group.owners
    assert "not among what is read" not in members


@READ
def test_a_role_has_a_page_with_those_who_hold_it(connected, tenant, world):
    role = one_of(world, RoleDefinition, display_name="Global Administrator")
    text = text_of(world, f"/customers/{connected.pk}/roles/{role.pk}")
    assert "Privileged" in text
    assert tenant["cast"]["admin"]["upn"] in text


@READ
def test_a_thing_of_another_customer_is_not_found_under_this_one(connected, world):
    group = one_of(world, TenantGroup)
    other = world.alpenrand.customers["Contoso"]
    assert world.alpenrand.browser("Sophie").get(f"/customers/{other}/groups/{group.pk}").status_code == 404


@rule("MOD-13")
@READ
def test_a_list_that_cannot_be_read_keeps_its_rows_and_says_what_to_do(connected, tenant, microsoft, work, world):
    """After a 403 the last rows remain, marked with the permission's name and the way to ask for it again."""
    app = collect.apps.app(rules.INSIGHT).client_id
    microsoft.admin.reduce(tenant["id"], app, "Policy.Read.All")
    with clock.moved(timedelta(minutes=16)):
        tasks.tick()
        work.drain()
        text = text_of(world, f"/customers/{connected.pk}/conditional-access")
    policy = one_of(world, AccessPolicy)
    assert policy.display_name in text
    assert "the permission Policy.Read.All is missing" in text
    assert "Ask for it again" in text


@READ
def test_registered_methods_are_told_in_words_with_the_share_of_members(connected, world):
    text = text_of(world, f"/customers/{connected.pk}/sign-in-methods")
    assert re.search(r"Members who can be asked for a second factor: \d+(\.\d)?\u00a0% of \d+", text)
    assert "Authenticator app" in text


@READ
def test_tenant_settings_are_told_in_words_each_with_its_history(connected, world):
    text = text_of(world, f"/customers/{connected.pk}/tenant-settings")
    for words in ("Security defaults", "Who may invite guests", "Members may register apps", "Authenticator app"):
        assert words in text
    assert text.count("/history/policies/") == 2
    assert "/history/authentication_methods/" in text


POLICY = {
    "users": {"includeUsers": ["All"], "excludeUsers": ["u1"], "excludeGroups": ["g1", "g2", "g3"]},
    "applications": {"includeApplications": ["Office365"]},
    "grantControls": {"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]},
}


def test_a_policy_is_told_in_words():
    assert conditions.users(POLICY, {"u1": "Break Glass"}) == "Everybody, except Break Glass and 3 groups"
    assert conditions.apps(POLICY, {}) == "Office 365"
    assert conditions.grant(POLICY) == "Require multifactor authentication and a compliant device"


def test_a_policy_that_names_nothing_is_told_too():
    assert conditions.users({}, {}) == "Nobody"
    assert conditions.grant({"grantControls": None}) == "Limits the session"
    assert conditions.grant({"grantControls": {"builtInControls": ["block"]}}) == "Block access"


def test_permissions_are_told_in_words_and_a_new_one_by_its_name():
    assert scopes.sentences("Mail.Read New.Thing") == ["Read the person’s mail.", "New.Thing."]
