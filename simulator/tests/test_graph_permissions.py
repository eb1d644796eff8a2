"""Who may call what: each permission of an endpoint suffices, another does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from simulator import schema
from simulator.graph import permissions
from simulator.graph.routes import ROUTES
from simulator.identity import consents
from simulator.tests.direct import Caller, cloud_in, subscribed
from simulator.world.kinds import collections
from simulator.world.kinds.role_assignments import link

READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
WRITER = "RoleManagement.ReadWrite.Directory"
ROLES = "/rolemanagement/directory/roleassignments"
BODIES = {
    "POST /users": {"accountEnabled": True, "displayName": "N", "mailNickname": "n", "passwordProfile": {},
                    "userPrincipalName": "someone@contoso.example"},
    "POST /groups": {"displayName": "N", "mailEnabled": False, "mailNickname": "n", "securityEnabled": True},
    "PATCH /users/{id}": {"jobTitle": "Baker"},
    "PATCH /groups/{id}": {"description": "New"},
    "PATCH /subscriptions/{id}": {"expirationDateTime": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
}  # fmt: skip


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    return Caller(cloud_in(tmp_path_factory.mktemp("sim")))


@pytest.fixture(scope="module")
def ids(caller):
    """An object of each kind by its address in lower case; the group has no members."""
    world, tenant = caller.cloud.world, caller.tenant
    found = {schema.kind(entity).path.lower(): world.generated(tenant, entity, 0, ("id",))["id"]
             for entity in collections()}  # fmt: skip
    found["/subscriptions"] = subscribed(caller)
    return found | {"/groups": msgspec.json.decode(caller.send("POST", "/groups", BODIES["POST /groups"]).body)["id"]}


def _call(caller, ids, endpoint, claims):
    method, path = endpoint.split(" ")
    place = path.partition("/{id}")[0]
    filled = path.replace("{id}", ids.get(place, ""), 1).replace("{id}", ids["/users"])
    body = BODIES.get(endpoint)
    if path.endswith("/$ref"):
        body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{ids['/users']}"}
    if endpoint == f"POST {ROLES}":
        body = _assignment(ids)
    return caller.send(method, filled, body, claims=claims, consistencylevel="eventual")


def _refusal(answer):
    return answer.status == 403 and msgspec.json.decode(answer.body)["error"]["code"] == "Authorization_RequestDenied"


@pytest.mark.rule("SIM-13")
@pytest.mark.parametrize("endpoint", sorted(permissions.table()))
@pytest.mark.parametrize("sort", ["app", "delegated"])
def test_each_permission_suffices_and_an_unrelated_one_does_not(caller, ids, endpoint, sort):
    """For every served endpoint each `all` permission suffices and an unrelated one gives 403."""
    is_app = sort == "app"
    for name in permissions.table()[endpoint].get(sort, ()):
        if endpoint.startswith("DELETE") and "$ref" not in endpoint:
            ids = _fresh(caller, ids, endpoint)
        held = {"roles": (name,)} if is_app else {"roles": (), "scp": (name,), "oid": ids["/users"], "app_only": False}
        answer = _call(caller, ids, endpoint, caller.claims(**held))
        assert answer.status in {200, 201, 204, 400, 404}, (endpoint, name, answer.body)
        assert answer.status < 300 or endpoint.startswith(("POST", "DELETE")), (endpoint, name, answer.body)
    unrelated = {"roles": ("Mail.Send",)} if is_app else {"roles": (), "scp": ("Mail.Send",), "app_only": False}
    assert _refusal(_call(caller, ids, endpoint, caller.claims(**unrelated)))


def _fresh(caller, ids, endpoint):
    """An object that a deletion may take."""
    place = endpoint.split(" ")[1].partition("/{id}")[0]
    if place == "/subscriptions":
        return ids | {place: subscribed(caller)}
    if place == ROLES:
        caller.send("POST", place, _assignment(ids), claims=caller.claims(roles=(WRITER,)))
        return ids | {ROLES: link(READER, ids["/users"])}
    body = BODIES[f"POST {place}"] | ({"userPrincipalName": "g@contoso.example"} if place == "/users" else {})
    return ids | {place: msgspec.json.decode(caller.send("POST", place, body).body)["id"]}


def _assignment(ids):
    return {"roleDefinitionId": READER, "principalId": ids["/users"], "directoryScopeId": "/"}


@pytest.mark.rule("SIM-13")
def test_every_served_endpoint_has_permissions():
    """No address is served without an entry in the table of permissions, and no entry without an address."""
    assert {f"{method} {endpoint}" for method, _pattern, endpoint, _handler in ROUTES} == set(permissions.table())


@pytest.mark.rule("SIM-14")
def test_what_is_about_the_signed_in_user_refuses_app_tokens(caller):
    """Delegated-only endpoints refuse app tokens, whatever they hold."""
    everything = tuple({name for row in permissions.table().values() for names in row.values() for name in names})
    for path in ("/me", "/me/licenseDetails", "/me/transitiveMemberOf"):
        assert _refusal(caller.send("GET", path, claims=caller.claims(roles=everything, scp=everything)))


@pytest.mark.rule("SIM-76")
def test_me_answers_for_the_user_of_the_token(tmp_path):
    """/me/licenseDetails and /me/transitiveMemberOf answer a delegated token with User.Read for its user."""
    caller = Caller(cloud_in(tmp_path))
    cast = caller.cloud.world.cast(caller.tenant.id)
    told = {}
    for role, account in cast.items():
        claims = caller.claims(oid=account.oid, roles=(), scp=("User.Read",), app_only=False)
        licences, roles = (
            msgspec.json.decode(caller.send("GET", f"/me/{path}", claims=claims).body)["value"]
            for path in ("licenseDetails", "transitiveMemberOf/microsoft.graph.directoryRole")
        )
        plans = {plan["servicePlanName"] for licence in licences for plan in licence["servicePlans"]}
        told[role] = (any("SHAREPOINT" in name for name in plans), [one["roleTemplateId"] for one in roles])
    administrator = "62e90394-69f5-4237-9190-012177145e10"
    assert told == {"admin": (True, [administrator]), "admin_without_sharepoint": (False, [administrator]),
                    "member": (False, [])}  # fmt: skip


@pytest.mark.rule("SIM-12")
def test_a_token_that_does_not_hold_is_challenged(caller):
    """Without a valid token: 401, with a challenge that names where to sign in."""
    for sent, text in (("", "empty"), ("Bearer x", "not well formed"), ("Bearer x.eyJleHAiOjF9.x", "is expired")):
        request = {"authorization": sent} if sent else {}
        answer = caller.send("GET", "/users", claims=caller.claims(tid="nobody"), **request)
        assert answer.status == 401
        assert text in msgspec.json.decode(answer.body)["error"]["message"]
        assert "authorization_uri=" in answer.headers["www-authenticate"]


@pytest.mark.rule("SIM-46")
def test_a_token_older_than_a_change_of_consent_is_sent_back(caller):
    """After consent changed, a CP1 client is told insufficient_claims; another's token still holds."""
    consents.grant(caller.cloud, "app-1", caller.tenant.id, ["User.Read.All"], [])
    old = {"issued_at": 1.0}
    answer = caller.send("GET", "/users", claims=caller.claims(cp1=True, **old))
    assert answer.status == 401
    assert 'error="insufficient_claims", claims="' in answer.headers["www-authenticate"]
    assert caller.send("GET", "/users", claims=caller.claims(cp1=False, **old)).status == 200
    assert caller.send("GET", "/users", claims=caller.claims(cp1=True)).status == 200
