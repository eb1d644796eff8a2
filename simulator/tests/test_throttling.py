"""Limits: each trips at its number, says so as Microsoft does, and recovers on the world clock."""

from __future__ import annotations

import tomllib

import msgspec
import pytest

from simulator import schema, throttling
from simulator.tests.direct import Caller, cloud_in
from simulator.throttling import keys
from simulator.wire import Request

KEYS = sorted(set(keys.table()) - {"global"})
HEADERS = {
    "directory": ("x-ms-throttle-scope", "x-ms-throttle-information"),
    "ratelimit": ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
    "arm": ("x-ms-ratelimit-remaining-subscription-reads",),
    "quota": ("x-ms-user-quota-remaining", "x-ms-user-quota-resets-after"),
    "qpu": ("x-ms-ratelimit-microsoft.costmanagement-qpu-remaining",
            "x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after"),
    "": (),
}  # fmt: skip


@pytest.fixture
def cloud(tmp_path):
    found = cloud_in(tmp_path)
    found.world.freeze(frozen=True)
    throttling.switch(found.store, on=True)
    return found


@pytest.fixture
def caller(cloud):
    return Caller(cloud, roles=("User.Read.All", "Group.Read.All", "Policy.Read.All", "SecurityEvents.Read.All"))


def example(key):
    method, _space, path = keys.table()[key].example.partition(" ")
    return Request(method, path)


def taken(cloud, request, times=1, app="app"):
    tenant = cloud.world.tenants()[0]
    return [throttling.take(request, cloud.world, tenant, app) for _time in range(times)][-1]


def crowd(cloud, monkeypatch, request):
    """Make requests cost so much that a few of them fill a limit; returns how many fit the tightest."""
    key, tenant = keys.table()[keys.key_of(request)[0]], cloud.world.tenants()[0]
    counted = [one for one in key.limits if one.counts(request.method) and not one.plain]
    room = min(one.of(tenant.users) for one in counted)
    cost = max(room // 50, 1)
    monkeypatch.setattr(keys, "cost_of", lambda *_of: cost)
    return room // cost, next(one for one in counted if one.of(tenant.users) == room)


@pytest.mark.rule("SIM-45")
@pytest.mark.parametrize("name", KEYS)
def test_each_key_trips_at_its_number_and_recovers(cloud, monkeypatch, name):
    """A key lets through what is documented, refuses the next request, and lets it through when time has passed."""
    request = example(name)
    fits, limit = crowd(cloud, monkeypatch, request)
    assert taken(cloud, request, fits).refusal is None
    refusal = taken(cloud, request).refusal
    assert refusal.status == 429
    assert msgspec.json.decode(refusal.body)["error"]["code"] == "TooManyRequests"
    cloud.world.advance(limit.window + 1)
    assert taken(cloud, request).refusal is None


@pytest.mark.rule("SIM-45")
@pytest.mark.parametrize("name", KEYS)
def test_a_refusal_has_the_headers_of_its_service(cloud, monkeypatch, name):
    """Headers as listed; what Retry-After asks for is long enough; Conditional Access and its kin name none."""
    request, key = example(name), keys.table()[name]
    fits, limit = crowd(cloud, monkeypatch, request)
    taken(cloud, request, fits)
    headers = taken(cloud, request).refusal.headers
    assert set(HEADERS[key.headers]) <= set(headers)
    if key.retry_after == "always":
        assert 0 < float(headers["retry-after"]) <= limit.window
        cloud.world.advance(float(headers["retry-after"]) + (limit.window if key.counts_refused else 0))
        assert taken(cloud, request).refusal is None
    elif key.retry_after == "never":
        assert "retry-after" not in headers


@pytest.mark.rule("SIM-45")
def test_the_identity_protection_service_names_no_pause(caller):
    """Over the wire: the second Conditional Access request of a second is refused without Retry-After."""
    path = "/identity/conditionalAccess/policies"
    assert caller.send("GET", path).status == 200
    answer = caller.send("GET", path, claims=caller.claims(appid="another app"))
    assert (answer.status, "retry-after" in answer.headers) == (429, False)
    caller.cloud.world.advance(1)
    assert caller.send("GET", path).status == 200


@pytest.mark.rule("SIM-45")
def test_all_requests_of_an_app_count_together_whatever_the_service(cloud, monkeypatch):
    """130,000 requests of an app in ten seconds, over all tenants and services."""
    monkeypatch.setattr(keys, "cost_of", lambda key, _request: 26_000 if not key.headers else 1)
    for request in [
        Request("GET", f"/v1.0/{name}") for name in ("organization", "domains", "sites", "drives", "devices")
    ]:
        assert taken(cloud, request).refusal is None
    assert taken(cloud, Request("GET", "/v1.0/groups")).refusal.status == 429
    assert taken(cloud, Request("GET", "/v1.0/groups"), app="another app").refusal is None


@pytest.mark.rule("SIM-45")
@pytest.mark.parametrize(
    ("path", "query", "units"),
    [
        ("/v1.0/organization", {}, 1),
        ("/v1.0/users", {}, 2),
        ("/v1.0/users", {"$select": "id"}, 1),
        ("/v1.0/users", {"$select": "id", "$top": "5"}, 1),
        ("/v1.0/users", {"$expand": "memberOf"}, 3),
        ("/v1.0/groups/x/members", {}, 3),
        ("/v1.0/subscribedSkus", {}, 3),
        ("/v1.0/drives/d/items/i/permissions", {}, 5),
        ("/v1.0/drives/d/items/i", {"$expand": "permissions"}, 5),
        ("/v1.0/drives/d/items/i", {}, 1),
        ("/v1.0/sites", {}, 2),
    ],
)
def test_a_request_costs_what_is_documented(path, query, units):
    """$select spares a unit, a short page one, $expand costs one more, never below one."""
    request = Request("GET", path, query)
    assert keys.cost_of(keys.table()[keys.key_of(request)[0]], request) == units


@pytest.mark.rule("SIM-45")
def test_the_directory_says_what_a_request_cost_and_from_four_fifths_how_much_is_used(caller, monkeypatch):
    """x-ms-resource-unit with each answer, x-ms-throttle-limit-percentage from 0.8."""
    first = caller.send("GET", "/users?$top=100").headers
    assert first["x-ms-resource-unit"] == "2"
    assert "x-ms-throttle-limit-percentage" not in first
    monkeypatch.setattr(keys, "cost_of", lambda *_of: 2_900)
    assert caller.send("GET", "/users").headers["x-ms-throttle-limit-percentage"] == "0.829"


@pytest.mark.rule("SIM-30", "SIM-45")
def test_each_request_of_a_batch_counts_for_itself(caller):
    """One batch item gets 429 of its own, the others succeed."""
    path = "/identity/conditionalAccess/"
    calls = [{"id": name, "method": "GET", "url": path + name} for name in ("policies", "namedLocations")]
    body = {"requests": [*calls, {"id": "users", "method": "GET", "url": "/users?$top=1"}]}
    told = msgspec.json.decode(caller.send("POST", "/$batch", body).body)["responses"]
    assert [one["status"] for one in told] == [200, 429, 200]


def test_larger_tenants_have_more(cloud):
    first, larger = (throttling.keys.table()["ID"].limits[0].of(users) for users in (49, 501))
    assert (first, larger) == (3_500, 8_000)


def test_a_refused_request_counts_at_sharepoint_alone(cloud, monkeypatch):
    request = example("SPO")
    fits, _limit = crowd(cloud, monkeypatch, request)
    taken(cloud, request, fits + 5)
    cloud.world.advance(59)
    assert taken(cloud, request).refusal is not None


def test_limits_are_off_until_switched_on_and_a_tenant_has_a_word_of_its_own(cloud):
    one, another = cloud.world.tenants()[:2]
    throttling.switch(cloud.store, on=False, tenant=one.id)
    assert [throttling.is_on(cloud.store, tenant.id) for tenant in (one, another)] == [False, True]
    throttling.switch(cloud.store, on=False)
    assert not throttling.is_on(cloud.store, another.id)


def test_each_served_kind_is_counted_by_the_key_of_its_data_file():
    for entity in schema.entities():
        told = tomllib.loads((schema.FOLDER / f"{entity}.toml").read_text())["throttle"]
        assert keys.key_of(Request("GET", f"/v1.0{schema.kind(entity).path}"))[0] == told, entity


def test_the_switch_is_thrown_at_the_admin_side(sim):
    app = sim.app(roles=["Policy.Read.All"])
    token, path = sim.app_token(app).json()["access_token"], "/identity/conditionalAccess/policies"
    sim.admin.limits(on=True, tenant=sim.contoso["id"])
    answers = {sim.graph(path, token).status_code for _time in range(5)}
    sim.admin.limits(on=False, tenant=sim.contoso["id"])
    assert answers == {200, 429}
    assert {sim.graph(path, token).status_code for _time in range(5)} == {200}
