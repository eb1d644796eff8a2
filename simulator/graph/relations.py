"""Members, owners, roles and licences of an object: what points from one object to others."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from simulator.cloud import Cloud
from simulator.graph import tokens
from simulator.graph.problems import GraphError, bad_request, no_such
from simulator.wire import Answer, Request, json_answer
from simulator.world import Account, Tenant
from simulator.world.people import GLOBAL_ADMINISTRATOR, members, products

ROLE_NAMES = {GLOBAL_ADMINISTRATOR: "Global Administrator"}
_USER = ("id", "displayName", "givenName", "surname", "userPrincipalName", "mail")
_GROUP = ("id", "displayName", "description", "groupTypes", "mail", "mailEnabled", "securityEnabled")
PAGE, MOST = 100, 999


def member_ids(cloud: Cloud, tenant: Tenant, group_id: str) -> list[str]:
    """Ids of a group's direct members as they stand now, users that are gone left out."""
    if cloud.world.object(tenant, "groups", group_id, ("id",)) is None:
        raise no_such(group_id)
    index = cloud.world.index(tenant, "groups", group_id)
    drawn = members(cloud.world.seed, tenant, index) if index is not None else []
    ids = [cloud.world.generated(tenant, "users", number, ("id",))["id"] for number in drawn]
    changed = cloud.store.read(_key(tenant, group_id)) or {"added": [], "removed": []}
    present = [one for one in [*ids, *changed["added"]] if one not in changed["removed"]]
    return [one for one in present if cloud.world.object(tenant, "users", one, ("id",)) is not None]


def group_members(request: Request, cloud: Cloud, tenant: Tenant, group_id: str) -> Answer:
    """A page of a group's members; groups are not nested here, so the transitive ones are the same."""
    return _people(request, cloud, tenant, member_ids(cloud, tenant, group_id))


def group_owners(request: Request, cloud: Cloud, tenant: Tenant, group_id: str) -> Answer:
    """The owner of a group: its first member."""
    return _people(request, cloud, tenant, member_ids(cloud, tenant, group_id)[:1])


def member_of(request: Request, cloud: Cloud, tenant: Tenant, account: Account) -> Answer:
    """The groups and directory roles of a user; the cast at the end of the path filters by type."""
    cast = request.path.rpartition("/")[2].lower()
    found: list[dict[str, Any]] = []
    if cast != "microsoft.graph.group":
        found += [
            {"@odata.type": "#microsoft.graph.directoryRole", "id": f"{role[:-4]}0000", "displayName": ROLE_NAMES[role],
             "description": None, "roleTemplateId": role}
            for role in account.directory_roles
        ]  # fmt: skip
    if cast != "microsoft.graph.directoryrole":
        found += _groups_of(cloud, tenant, account.oid)
    context = {"@odata.context": f"{request.base}/v1.0/$metadata#directoryObjects"}
    return json_answer(context | {"value": found})


def _groups_of(cloud: Cloud, tenant: Tenant, oid: str) -> list[dict[str, Any]]:
    return [
        {"@odata.type": "#microsoft.graph.group"} | group
        for _position, group in cloud.world.objects(tenant, "groups", _GROUP)
        if oid in member_ids(cloud, tenant, group["id"])
    ]


def licence_details(request: Request, cloud: Cloud, tenant: Tenant, oid: str) -> Answer:
    """The licences of a user with their service plans."""
    user = cloud.world.object(tenant, "users", oid, ("id", "assignedLicenses"))
    if user is None:
        raise no_such(oid)
    by_id = {product["id"]: (part, product) for part, product in products().items()}
    value = []
    for licence in user["assignedLicenses"]:
        part, product = by_id[licence["skuId"]]
        off = set(licence["disabledPlans"])
        plans = [_plan(name, plan, on=plan not in off) for name, plan in product["plans"].items()]
        value.append(
            {
                "id": f"{oid[:8]}_{licence['skuId']}",
                "servicePlans": plans,
                "skuId": licence["skuId"],
                "skuPartNumber": part,
            }
        )
    return json_answer({"@odata.context": f"{request.base}/v1.0/$metadata#licenseDetails", "value": value})


def _plan(name: str, plan: str, *, on: bool) -> dict[str, str]:
    status = "Success" if on else "Disabled"
    return {"appliesTo": "User", "provisioningStatus": status, "servicePlanId": plan, "servicePlanName": name}


def add_member(request: Request, cloud: Cloud, tenant: Tenant, group_id: str) -> Answer:
    """Add a user; 400 for one who is a member already."""
    try:
        oid = str(request.json()["@odata.id"]).rpartition("/")[2]
    except (ValueError, KeyError, TypeError):
        raise bad_request("A reference needs '@odata.id'.") from None
    if cloud.world.object(tenant, "users", oid, ("id",)) is None:
        raise no_such(oid)
    if oid in member_ids(cloud, tenant, group_id):
        text = "One or more added object references already exist for the following modified properties: 'members'."
        raise bad_request(text)
    _set_member(cloud, tenant, group_id, oid, present=True)
    return Answer(204)


def remove_member(cloud: Cloud, tenant: Tenant, group_id: str, oid: str) -> Answer:
    """Take a member out; 404 for nobody's member."""
    if oid not in member_ids(cloud, tenant, group_id):
        raise no_such(oid)
    _set_member(cloud, tenant, group_id, oid, present=False)
    return Answer(204)


def _set_member(cloud: Cloud, tenant: Tenant, group_id: str, oid: str, *, present: bool) -> None:
    with cloud.store.begin() as write:
        found = write.get(_key(tenant, group_id))
        known = msgspec.json.decode(found) if found else {"added": [], "removed": []}
        into, out_of = ("added", "removed") if present else ("removed", "added")
        known[out_of] = [one for one in known[out_of] if one != oid]
        known[into] = [*known[into], oid]
        write.put(_key(tenant, group_id), msgspec.json.encode(known))
        number = write.next(tenant.id)
        write.put(f"c/{tenant.id}/groups/{number:016d}".encode(), msgspec.json.encode(group_id))


def _key(tenant: Tenant, group_id: str) -> bytes:
    return f"m/{tenant.id}/{group_id}".encode()


def _people(request: Request, cloud: Cloud, tenant: Tenant, ids: list[str]) -> Answer:
    top, start = request.query.get("$top", str(PAGE)), 0
    if not top.isdigit() or not 1 <= int(top) <= MOST:
        raise GraphError(400, "Request_UnsupportedQuery", f"Invalid page size specified: '{top}'.")
    token = request.query.get("$skiptoken")
    if token:
        state = tokens.unseal(token, cloud.keys.token_key)
        if state is None or state.get("path") != request.path:
            raise GraphError(400, "Directory_ExpiredPageToken", "Specified page token value has expired.")
        top, start = state["top"], state["at"]
    until = start + int(top)
    body: dict[str, Any] = {"@odata.context": f"{request.base}/v1.0/$metadata#directoryObjects"}
    if until < len(ids):
        following = tokens.seal({"path": request.path, "top": top, "at": until}, cloud.keys.token_key)
        body["@odata.nextLink"] = f"{request.base}{request.path}?$skiptoken={quote(following)}"
    shown = (cloud.world.object(tenant, "users", oid, _USER) for oid in ids[start:until])
    return json_answer(body | {"value": [{"@odata.type": "#microsoft.graph.user"} | user for user in shown if user]})
