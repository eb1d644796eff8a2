"""Writes, what delta tells of them, and what is refused."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from simulator.graph import mutations
from simulator.tests.direct import EVENTUAL, Caller, cloud_in

USER = {"accountEnabled": True, "displayName": "New One", "mailNickname": "new.one",
        "userPrincipalName": "new.one@contoso.example", "passwordProfile": {"password": "Geheim-123"}}  # fmt: skip
GROUP = {"displayName": "New", "mailEnabled": False, "mailNickname": "new", "securityEnabled": True}
BAD = (400, "Request_BadRequest")
MISSING = (404, "Request_ResourceNotFound")


@pytest.fixture
def caller(tmp_path):
    return Caller(cloud_in(tmp_path))


def _post(caller, path, body):
    answer = caller.send("POST", path, body)
    assert answer.status == 201, answer.body
    return msgspec.json.decode(answer.body)


def _ref(object_id):
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}


@pytest.mark.rule("SIM-25")
def test_delta_tells_exactly_what_changed(caller):
    """Delta after N mutations returns exactly these, deletions as @removed; the next run is empty."""
    everybody, link = caller.delta("/users/delta?$select=displayName,jobTitle")
    assert len(everybody) == caller.tenant.users
    assert {tuple(sorted(user)) for user in everybody} == {("displayName", "id", "jobTitle")}
    ids = [user["id"] for user in everybody]
    caller.send("PATCH", f"/users/{ids[3]}", {"jobTitle": "Baker"})
    caller.send("PATCH", f"/users/{ids[3]}", {"jobTitle": "Butcher"})
    caller.send("DELETE", f"/users/{ids[5]}")
    made = _post(caller, "/users", USER)
    told, link = caller.delta(link)
    by_id = {user["id"]: user for user in told}
    assert len(told) == len(by_id) == 3
    assert by_id[ids[3]] == {"id": ids[3], "displayName": everybody[3]["displayName"], "jobTitle": "Butcher"}
    assert by_id[ids[5]] == {"id": ids[5], "@removed": {"reason": "changed"}}
    assert by_id[made["id"]]["displayName"] == "New One"
    assert caller.delta(link)[0] == []


@pytest.mark.rule("SIM-25")
def test_changes_come_in_pages_and_none_is_lost(caller):
    """Many changes are paged; what changes between two pages comes in the next run at the latest."""
    link = caller.delta("/users/delta?$top=4&$select=id")[1]
    touched = set(mutations.churn(caller.cloud, caller.tenant, 40))
    page = caller.get(link)
    assert len(page["value"]) == 4
    later = caller.get("/users?$top=1")["value"][0]["id"]
    caller.send("PATCH", f"/users/{later}", {"jobTitle": "Baker"})
    rest, link = caller.delta(page["@odata.nextLink"])
    told = [user["id"] for user in page["value"] + rest]
    assert len(told) == len(set(told))
    assert set(told) | {user["id"] for user in caller.delta(link)[0]} == touched | {later}


def test_delta_from_now_on_tells_no_past(caller):
    told, link = caller.delta("/users/delta?$deltatoken=latest")
    assert told == []
    mutations.churn(caller.cloud, caller.tenant, 1)
    assert len(caller.delta(link)[0]) == 1


@pytest.mark.rule("SIM-26")
def test_an_expired_delta_begins_anew_where_it_says(caller):
    """Expired delta: 410 with a working Location."""
    link = caller.delta("/users/delta")[1]
    caller.cloud.world.advance(8 * 86_400)
    answer = caller.send("GET", link)
    assert answer.status == 410
    assert msgspec.json.decode(answer.body)["error"]["code"] == "syncStateNotFound"
    assert len(caller.delta(answer.headers["location"])[0]) == caller.tenant.users
    assert caller.refused(link[:-3] + "xyz") == (400, "BadRequest")


@pytest.mark.rule("SIM-27")
def test_links_work_after_a_restart(caller, tmp_path):
    """Delta and next links work after a restart, and what was written is still there."""
    link = caller.delta("/users/delta")[1]
    following = caller.get("/users?$top=3&$select=id")["@odata.nextLink"]
    made = _post(caller, "/users", USER)
    caller.cloud.store.close()
    again = Caller(cloud_in(tmp_path))
    assert [user["id"] for user in again.delta(link)[0]] == [made["id"]]
    assert len(again.all(following)) == again.tenant.users - 3 + 1
    assert again.get(f"/users/{made['id']}")["displayName"] == "New One"


@pytest.mark.rule("SIM-32")
def test_a_write_is_seen_by_id_in_lists_and_in_counts(caller):
    """Each write is seen by GET and in a list."""
    made = _post(caller, "/users", USER)
    assert caller.get("/users/new.one@contoso.example")["id"] == made["id"]
    assert caller.send("PATCH", f"/users/{made['id']}", {"department": "Bakery"}).status == 204
    assert [u["id"] for u in caller.all("/users?$filter=department eq 'Bakery'&$select=id")] == [made["id"]]
    assert len(caller.all("/users")) == caller.tenant.users + 1
    assert caller.send("DELETE", f"/users/{made['id']}").status == 204
    assert caller.refused(f"/users/{made['id']}") == MISSING
    assert caller.refused(f"/users/{made['id']}", "DELETE") == MISSING
    assert len(caller.all("/users")) == caller.tenant.users
    assert _post(caller, "/users", USER)["id"] != made["id"]


def test_a_kept_page_does_not_outlive_a_write(tmp_path):
    caller = Caller(cloud_in(tmp_path, "demo"), "bellows.example")
    path = "/users?$top=999&$select=id,jobTitle"
    before = caller.get(path)
    assert caller.get(path) == before
    assert list((tmp_path / "pages").iterdir())
    caller.send("PATCH", f"/users/{before['value'][7]['id']}", {"jobTitle": "Baker"})
    assert caller.get(path)["value"][7]["jobTitle"] == "Baker"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users", USER | {"userPrincipalName": "admin@contoso.example"}),
        ("POST", "/users", USER | {"userPrincipalName": "new.one@elsewhere.example"}),
        ("POST", "/users", USER | {"nonsense": 1}),
        ("POST", "/users", USER | {"displayName": 1}),
        ("POST", "/users", USER | {"accountEnabled": "yes"}),
        ("POST", "/users", USER | {"assignedLicenses": []}),
        ("POST", "/users", {"displayName": "Too little"}),
        ("POST", "/users", []),
        ("PATCH", "/users/admin@contoso.example", {"id": "x"}),
        ("PATCH", "/users/admin@contoso.example", {"displayName": None}),
        ("POST", "/groups", GROUP | {"groupTypes": ["Unified", 1]}),
        ("POST", "/groups", GROUP | {"members@odata.bind": ["x"] * 21}),
    ],
)
def test_a_bad_write_is_refused_and_changes_nothing(caller, method, path, body):
    before = caller.all("/users?$select=id,displayName")
    assert caller.refused(path, method, body) == BAD
    assert caller.all("/users?$select=id,displayName") == before


def test_a_password_is_never_stored(caller):
    made = _post(caller, "/users", USER)
    caller.cloud.world.freeze(frozen=True)
    caller.cloud.world.advance(3600)
    assert caller.send("PATCH", f"/users/{made['id']}", {"passwordProfile": {"password": "Geheim-456"}}).status == 204
    assert not any(b"Geheim" in value for _key, value in caller.cloud.store.scan(b"o/"))
    changed = caller.get(f"/users/{made['id']}?$select=lastPasswordChangeDateTime")["lastPasswordChangeDateTime"]
    assert (
        changed
        == f"{caller.cloud.world.now():%Y-%m-%dT%H:%M:%SZ}"
        > caller.get(f"/users/{made['id']}?$select=createdDateTime")["createdDateTime"]
    )


def test_who_comes_from_on_premises_is_changed_there(tmp_path):
    caller = Caller(cloud_in(tmp_path, "demo"), "adventure-works.example")
    user = caller.get("/users?$filter=onPremisesSyncEnabled eq true&$top=1")["value"][0]
    assert caller.refused(f"/users/{user['id']}", "PATCH", {"jobTitle": "Baker"}) == BAD
    assert caller.send("PATCH", f"/users/{user['id']}", {"usageLocation": "DE"}).status == 204


@pytest.mark.rule("SIM-75")
@pytest.mark.parametrize("relation", ["members", "owners"])
def test_added_twice_gives_400_and_removed_twice_404(caller, relation):
    """A member added twice gives 400, removed twice 404; delta tells of the group."""
    link = caller.delta("/groups/delta")[1]
    group, user = _post(caller, "/groups", GROUP)["id"], caller.get("/users?$top=1")["value"][0]["id"]
    path = f"/groups/{group}/{relation}"
    assert caller.send("POST", f"{path}/$ref", _ref(user)).status == 204
    assert [one["id"] for one in caller.all(path)] == [user]
    assert caller.refused(f"{path}/$ref", "POST", _ref(user)) == BAD
    assert caller.send("DELETE", f"{path}/{user}/$ref").status == 204
    assert caller.refused(f"{path}/{user}/$ref", "DELETE") == MISSING
    assert caller.refused(f"{path}/$ref", "POST", _ref("00000000-0000-4000-8000-000000000000")) == MISSING
    assert caller.refused(f"{path}/$ref", "POST", {"nonsense": 1}) == BAD
    assert [one["id"] for one in caller.delta(link)[0]] == [group]


@pytest.mark.rule("SIM-76")
def test_nested_groups_are_followed_both_ways(caller):
    """transitiveMemberOf and transitiveMembers of nested groups are inverse; a ring of groups ends."""
    user = caller.get("/users?$top=1")["value"][0]["id"]
    chain = [_post(caller, "/groups", GROUP | {"displayName": f"G{n}"})["id"] for n in range(3)]
    for outer, inner in itertools.pairwise(chain):
        assert caller.send("POST", f"/groups/{outer}/members/$ref", _ref(inner)).status == 204
    caller.send("PATCH", f"/groups/{chain[2]}", {"members@odata.bind": [_ref(user)["@odata.id"]]})
    caller.send("POST", f"/groups/{chain[2]}/members/$ref", _ref(chain[0]))
    for number, group in enumerate(chain):
        found = caller.all(f"/groups/{group}/transitiveMembers?$select=id")
        assert {one["id"] for one in found} == {user, *chain} - {group}, number
        people = caller.all(f"/groups/{group}/transitiveMembers/microsoft.graph.user")
        assert [one["id"] for one in people] == [user]
    above = {one["id"] for one in caller.all(f"/users/{user}/transitiveMemberOf/microsoft.graph.group")}
    assert set(chain) <= above
    direct = {one["id"] for one in caller.all(f"/users/{user}/memberOf/microsoft.graph.group?$select=id")}
    assert direct & set(chain) == {chain[2]}
    assert caller.refused(f"/groups/{chain[0]}/members/$ref", "POST", _ref(chain[0])) == BAD


def test_members_are_asked_like_any_list(caller):
    group = _post(caller, "/groups", GROUP)["id"]
    ids = [user["id"] for user in caller.all("/users?$select=id")][:7]
    addresses = [_ref(one)["@odata.id"] for one in ids]
    assert caller.send("PATCH", f"/groups/{group}", {"members@odata.bind": addresses}).status == 204
    path = f"/groups/{group}/members"
    assert [one["id"] for one in caller.all(f"{path}?$top=3&$select=id")] == ids
    assert set(caller.get(f"{path}?$select=mail")["value"][0]) == {"@odata.type", "mail"}
    assert int(caller.send("GET", f"{path}/$count", **EVENTUAL).body) == 7
    assert int(caller.send("GET", f"{path}/microsoft.graph.group/$count", **EVENTUAL).body) == 0
    named = caller.get(f"{path}?$select=displayName")["value"][2]["displayName"]
    found = caller.all(f"{path}?$filter=displayName eq '{named}'&$count=true&$select=displayName", **EVENTUAL)
    assert [one["displayName"] for one in found] == [named]
    sorted_names = [one["displayName"] for one in caller.all(f"{path}/microsoft.graph.user?$orderby=displayName desc")]
    assert sorted_names == sorted(sorted_names, key=str.lower, reverse=True)
    assert caller.refused(f"{path}?$filter=jobTitle eq 'x'") == (400, "Request_UnsupportedQuery")
    assert caller.refused(f"{path}?$select=nonsense") == (400, "BadRequest")
    assert caller.refused("/groups/00000000-0000-4000-8000-000000000000/members") == MISSING


def test_a_deleted_user_is_nobodys_member(caller):
    group, user = _post(caller, "/groups", GROUP)["id"], _post(caller, "/users", USER)["id"]
    caller.send("POST", f"/groups/{group}/members/$ref", _ref(user))
    caller.send("DELETE", f"/users/{user}")
    assert caller.all(f"/groups/{group}/members") == []


def test_another_actor_may_change_what_an_app_may_not(caller):
    """`mutate` changes licences and products too, as Microsoft or an administrator would."""
    sku = caller.get("/subscribedSkus")["value"][-1]
    made = mutations.mutate(caller.cloud, caller.tenant, "users", "create", match="", values={
        "displayName": "Guest", "userPrincipalName": "guest@contoso.example"})  # fmt: skip
    licences = {"assignedLicenses": [{"skuId": sku["skuId"], "disabledPlans": []}]}
    mutations.mutate(caller.cloud, caller.tenant, "users", "change", match="guest@contoso.example", values=licences)
    details = caller.get(f"/users/{made['id']}/licenseDetails")["value"]
    assert [one["skuPartNumber"] for one in details] == [sku["skuPartNumber"]]
    after = next(one for one in caller.get("/subscribedSkus")["value"] if one["skuId"] == sku["skuId"])
    assert after["consumedUnits"] == sku["consumedUnits"] + 1
    mutations.mutate(
        caller.cloud,
        caller.tenant,
        "subscribedSkus",
        "change",
        match=sku["id"],
        values={"capabilityStatus": "Suspended"},
    )
    assert caller.get(f"/subscribedSkus/{sku['id']}")["capabilityStatus"] == "Suspended"
    mutations.mutate(caller.cloud, caller.tenant, "users", "delete", match="guest@contoso.example", values={})
    assert caller.refused(f"/users/{made['id']}") == MISSING


@pytest.mark.rule("SIM-28")
def test_a_batch_answers_up_to_twenty_calls(caller):
    """$batch of 20 works, 21 is 400, duplicate ids 400."""

    def item(number):
        return {"id": str(number), "method": "GET", "url": "/users?$top=1&$select=id"}

    answer = caller.send("POST", "/$batch", {"requests": [item(number) for number in range(20)]})
    told = msgspec.json.decode(answer.body)["responses"]
    assert [one["id"] for one in told] == [str(number) for number in range(20)]
    assert all(one["status"] == 200 and len(one["body"]["value"]) == 1 for one in told)
    assert caller.refused("/$batch", "POST", {"requests": [item(n) for n in range(21)]}) == (400, "BadRequest")
    assert caller.refused("/$batch", "POST", {"requests": [item(1), item(1)]}) == (400, "BadRequest")
    assert caller.refused("/$batch", "POST", {"nonsense": 1}) == (400, "BadRequest")


@pytest.mark.rule("SIM-29")
def test_a_batch_keeps_to_what_depends_on_what(caller):
    """dependsOn orders, and a failed one gives 424; an absolute address of the own host is understood."""
    user = caller.get("/users?$top=1")["value"][0]["id"]
    patch = {"id": "a", "method": "PATCH", "url": f"https://localhost:18443/v1.0/users/{user}",
             "body": {"city": "Bonn"}, "headers": {"Content-Type": "application/json"}}  # fmt: skip
    calls = [{"id": "b", "method": "GET", "url": f"users/{user}?$select=city", "dependsOn": ["a"]}, patch,
             {"id": "c", "method": "GET", "url": "/nonsense"},
             {"id": "d", "method": "GET", "url": "/users", "dependsOn": ["c"]}]  # fmt: skip
    told = msgspec.json.decode(caller.send("POST", "/$batch", {"requests": calls}).body)["responses"]
    by_id = {one["id"]: one for one in told}
    assert {name: one["status"] for name, one in by_id.items()} == {"a": 204, "b": 200, "c": 400, "d": 424}
    assert by_id["b"]["body"]["city"] == "Bonn"
    ring = [patch | {"dependsOn": ["b"]}, calls[0]]
    assert caller.refused("/$batch", "POST", {"requests": ring}) == (400, "BadRequest")


@pytest.mark.rule("SIM-30")
def test_one_item_of_a_batch_is_throttled(caller):
    """One batch item gets 429 with Retry-After, the others succeed."""
    caller.cloud.faults.add({"kind": "throttle_item", "match": {"path": "/groups"}, "params": {"retry_after": 2.128}})
    calls = [{"id": "a", "method": "GET", "url": "/users"}, {"id": "b", "method": "GET", "url": "/groups"}]
    answer = caller.send("POST", "/$batch", {"requests": calls})
    first, second = msgspec.json.decode(answer.body)["responses"]
    assert (answer.status, first["status"], second["status"]) == (200, 200, 429)
    assert second["headers"]["retry-after"] == "2.128"


@pytest.mark.rule("SIM-25")
def test_delta_tells_the_members_of_groups(caller):
    """Groups come with their members; afterwards with who came and who left, also by deletion and by rule."""
    groups, link = caller.delta("/groups/delta?$select=displayName,members")
    group = next(one for one in groups if one["members@delta"])
    assert group["members@delta"] == [
        {"@odata.type": one["@odata.type"], "id": one["id"]}
        for one in caller.all(f"/groups/{group['id']}/members?$select=id")
    ]
    made, gone = _post(caller, "/users", USER | {"department": "Sales"})["id"], group["members@delta"][0]["id"]
    caller.send("POST", f"/groups/{group['id']}/members/$ref", {"@odata.id": f"https://x/users/{made}"})
    caller.send("DELETE", f"/users/{gone}")
    told = {one["id"]: one["members@delta"] for one in caller.delta(link)[0]}
    assert {"@odata.type": "#microsoft.graph.user", "id": made} in told[group["id"]]
    left = {"@odata.type": "#microsoft.graph.user", "id": gone, "@removed": {"reason": "deleted"}}
    assert left in told[group["id"]]
    assert caller.delta(caller.delta(link)[1])[0] == []


def test_delta_tells_no_members_that_nobody_asked_for(caller):
    link = caller.delta("/groups/delta?$select=displayName")[1]
    group, made = caller.get("/groups?$top=1")["value"][0]["id"], _post(caller, "/users", USER)["id"]
    answer = caller.send("POST", f"/groups/{group}/members/$ref", {"@odata.id": f"https://x/users/{made}"})
    assert answer.status == 204
    assert caller.delta(link)[0] == []


def test_a_group_of_many_members_comes_more_than_once(tmp_path):
    caller = Caller(cloud_in(tmp_path, "demo"), "humongous.example")
    groups = caller.delta("/groups/delta?$select=members&$top=7")[0]
    dynamic = caller.get("/groups?$filter=groupTypes/any(t:t eq 'DynamicMembership')&$top=1")["value"][0]["id"]
    parts = [one["members@delta"] for one in groups if one["id"] == dynamic]
    members = [one["id"] for part in parts for one in part]
    assert len(parts) > 1
    assert members == [one["id"] for one in caller.all(f"/groups/{dynamic}/members?$select=id&$top=999")]
