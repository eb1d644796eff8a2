"""What is drawn from a seed: ids that decode, the same bodies everywhere, sums that agree."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.store import Store
from simulator.tests.direct import Caller, cloud_in
from simulator.world import load
from simulator.world.draws import guid, index_of
from simulator.world.tenants import products
from simulator.world.world import ForeignOverlay

KINDS = st.sampled_from(["user", "group", "made"])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return load("demo", 1, Store(tmp_path_factory.mktemp("sim")))


@given(kind=KINDS, index=st.integers(0, 2**32 - 1), seed=st.integers(0, 2**40))
@settings(max_examples=300, deadline=None)
def test_an_id_decodes_to_the_index_it_was_made_from(kind, index, seed):
    made = guid(seed, "tenant-1", kind, index)
    assert index_of(seed, "tenant-1", made) == (kind, index)
    assert index_of(seed, "tenant-2", made) is None
    assert uuid.UUID(made).version == 4


@pytest.mark.rule("SIM-57")
def test_foreign_ids_do_not_decode(world):
    """Any generated id is found; 10,000 foreign ids are not, nor one with a bit altered."""
    tenant = world.tenant("contoso.example")
    for number in range(10_000):
        foreign = str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4))
        assert index_of(1, tenant.id, foreign) is None
    for _position, user in world.objects(tenant, "users", ("id",)):
        assert world.object(tenant, "users", user["id"], ("id",)) == user
        altered = str(uuid.UUID(int=uuid.UUID(user["id"]).int ^ 1))
        assert world.object(tenant, "users", altered, ("id",)) is None


@given(text=st.text(max_size=50))
@settings(max_examples=200, deadline=None)
def test_no_text_is_taken_for_an_id(text):
    assert index_of(1, "tenant-1", text) is None


@pytest.mark.rule("SIM-55")
def test_sums_agree(world):
    """Consumed units are the users who hold the product; no principal name comes twice."""
    for tenant in world.tenants():
        users = [user for _p, user in world.objects(tenant, "users", ("userPrincipalName", "assignedLicenses"))]
        assert len({user["userPrincipalName"].lower() for user in users}) == len(users) == tenant.users
        held = [licence["skuId"] for user in users for licence in user["assignedLicenses"]]
        skus = [sku for _p, sku in world.objects(tenant, "subscribedSkus", ("skuId", "consumedUnits", "prepaidUnits"))]
        assert {sku["skuId"]: sku["consumedUnits"] for sku in skus} == {
            sku["skuId"]: held.count(sku["skuId"]) for sku in skus
        }
        assert set(held) <= {sku["skuId"] for sku in skus}
        assert all(sku["consumedUnits"] <= sku["prepaidUnits"]["enabled"] for sku in skus)


def test_every_member_and_owner_exists_and_nesting_is_inverse(world):
    tenant = world.tenant("humongous.example")
    known = world.memberships(tenant)
    nested = 0
    for group_id in known.members:
        for entity, object_id in known.all_members(group_id):
            assert world.object(tenant, entity, object_id, ("id",)) is not None
            assert group_id in known.all_groups_of(object_id)
            nested += entity == "groups"
    assert nested > 10


def test_a_dynamic_group_holds_whom_its_rule_means(world):
    tenant = world.tenant("fabrikam.example")
    groups = [
        group for _p, group in world.objects(tenant, "groups", ("id", "membershipRule")) if group["membershipRule"]
    ]
    sales = [
        user["id"] for _p, user in world.objects(tenant, "users", ("id", "department")) if user["department"] == "Sales"
    ]
    assert groups
    assert all([oid for _kind, oid in world.memberships(tenant).members[group["id"]]] == sales for group in groups)


def test_the_world_is_as_skewed_as_a_real_one(world):
    sizes = [tenant.users for tenant in world.tenants()]
    assert max(sizes) > 100 * min(sizes)
    users = [
        u for tenant in world.tenants() for _p, u in world.objects(tenant, "users", ("userType", "accountEnabled"))
    ]
    guests = sum(user["userType"] == "Guest" for user in users) / len(users)
    disabled = sum(not user["accountEnabled"] for user in users) / len(users)
    assert 0.03 < guests < 0.08
    assert 0.01 < disabled < 0.08
    assert {tenant.p1 for tenant in world.tenants()} == {tenant.p2 for tenant in world.tenants()} == {True, False}


@pytest.mark.parametrize("name", ["tiny", "demo"])
def test_the_cast_can_sign_in_as_described(tmp_path, name):
    world = load(name, 1, Store(tmp_path))
    for tenant in world.tenants():
        admin = world.cast(tenant.id)["admin"]
        assert admin.enabled
        assert admin.sharepoint
        assert admin.directory_roles == ("62e90394-69f5-4237-9190-012177145e10",)
        assert world.account(admin.upn.upper()) == admin
    casts = [world.cast(tenant.id) for tenant in world.tenants()]
    without = [cast["admin_without_sharepoint"] for cast in casts if "admin_without_sharepoint" in cast]
    plain = [cast["member"] for cast in casts if "member" in cast]
    assert without
    assert plain
    assert not any(account.sharepoint for account in without)
    assert not any(account.directory_roles for account in plain)


def test_tiny_has_three_tenants_and_fifty_users(tmp_path):
    world = load("tiny", 1, Store(tmp_path))
    assert len(world.tenants()) == 3
    assert sum(tenant.users for tenant in world.tenants()) == 50


def test_product_ids_are_unique_guids():
    ids = [product["id"] for product in products().values()]
    assert len({uuid.UUID(one) for one in ids}) == len(ids)


@pytest.mark.rule("SIM-59")
def test_an_overlay_of_another_seed_is_refused(tmp_path):
    """A data folder of another seed or world refuses to start, with a sentence that says which."""
    cloud_in(tmp_path, "tiny", seed=1)
    with pytest.raises(ForeignOverlay, match="belongs to world tiny, seed 1"):
        cloud_in(tmp_path, "tiny", seed=2)


def test_another_domain_of_the_tenant_finds_it_too(tmp_path):
    caller = Caller(cloud_in(tmp_path))
    assert caller.cloud.world.tenant("Contoso.onmicrosoft.example") == caller.tenant
    assert caller.cloud.world.tenant("nowhere.example") is None
