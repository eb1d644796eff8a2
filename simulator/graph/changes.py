"""Writes: validated against the kind, stored as differences, told to delta by the tenant's change counter."""

from __future__ import annotations

from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import members
from simulator.graph.problems import bad_request, no_such
from simulator.journal import changing
from simulator.schema import Kind
from simulator.world import Tenant
from simulator.world.draws import guid

Values = dict[str, Any]
GRANTS = "oauth2PermissionGrants"
_BOUND = {"members@odata.bind": "members", "owners@odata.bind": "owners"}
_CLOUD_ONLY = {"usageLocation", "passwordProfile", "passwordPolicies", "otherMails", "preferredLanguage"}
"""What may be changed of a user who comes from a directory on premises."""


def create(cloud: Cloud, tenant: Tenant, entity: str, values: Values) -> Values:
    """Make an object; its id derives from the tenant and a creation counter."""
    kind = schema.kind(entity)
    values, bound = _apart(entity, values)
    check_required(kind, values)
    check(kind, values)
    _check_name(cloud, tenant, values, "")
    with changing(cloud.world, tenant) as change:
        order = change.write.next(f"made/{tenant.id}")
        object_id = guid(cloud.world.seed, tenant.id, "made", order)
        made = {name: prop.empty for name, prop in kind.properties.items()}
        made |= {name: value for name, value in values.items() if name in kind.properties}
        made |= {"id": object_id, "createdDateTime": _stamp(cloud)} | _derived(tenant, entity, made)
        change.keep(entity, object_id, {"made": made, "order": order})
        if made.get("department"):
            members.follow_rule(cloud, change, object_id, made["department"])
    for relation, ids in bound.items():
        members.add(cloud, tenant, relation, object_id, ids)
    return made


def change(cloud: Cloud, tenant: Tenant, entity: str, object_id: str, values: Values) -> None:
    """Change properties of an object; 404 for one that is not there, 400 for one that is kept on premises."""
    values, bound = _apart(entity, values)
    check(schema.kind(entity), values)
    must_be_there(cloud, tenant, entity, object_id)
    _check_name(cloud, tenant, values, object_id)
    if entity == "users" and not set(values) <= _CLOUD_ONLY and _is_synced(cloud, tenant, object_id):
        raise bad_request("Unable to update the specified properties for on-premises mastered Directory Sync objects "
                          "or objects currently undergoing migration.")  # fmt: skip
    for relation, ids in bound.items():
        members.add(cloud, tenant, relation, object_id, ids)
    if values:
        patch(cloud, tenant, entity, object_id, values)


def delete(cloud: Cloud, tenant: Tenant, entity: str, object_id: str) -> None:
    """Delete an object with the roles that it holds and what was granted to it; 404 for one that is not there."""
    must_be_there(cloud, tenant, entity, object_id)
    held = [("roleAssignments", one["id"]) for one in cloud.world.assignments(tenant)
            if one["principalId"] == object_id]  # fmt: skip
    held += [(GRANTS, one["id"]) for _at, one in cloud.world.objects(tenant, GRANTS, ("clientId", "principalId"))
             if object_id in one.values()]  # fmt: skip
    with changing(cloud.world, tenant) as change:
        change.keep(entity, object_id, {"gone": True})
        members.leave(cloud, change, object_id)
        for linked, link_id in held:
            change.keep(linked, link_id, {"gone": True})


def patch(cloud: Cloud, tenant: Tenant, entity: str, object_id: str, values: Values) -> None:
    """Store changed properties of an object that is there; a password itself is never stored."""
    kept = {name: value for name, value in values.items() if name in schema.kind(entity).properties}
    if "passwordProfile" in values:
        kept["lastPasswordChangeDateTime"] = _stamp(cloud)
    with changing(cloud.world, tenant) as change:
        known = change.known(entity, object_id)
        if "made" in known:
            known["made"].update(kept)
        else:
            known = {"patch": known.get("patch", {}) | kept}
        change.keep(entity, object_id, known)
        if entity == "users" and "department" in kept:
            members.follow_rule(cloud, change, object_id, kept["department"])


def check_required(kind: Kind, values: Values) -> None:
    """Refuse a new object that lacks what the kind demands."""
    for name in kind.required:
        if name not in values:
            raise bad_request(f"A value is required for property '{name}' of resource '{kind.noun}'.")


def check(kind: Kind, values: Values, *, by_another: bool = False) -> None:
    """Refuse a property that the kind does not have, may not be set, or has another type."""
    for name, value in values.items():
        if name in kind.accepts:
            if not isinstance(value, dict):
                raise bad_request(f"Invalid value specified for property '{name}' of resource '{kind.noun}'.")
            continue
        prop = kind.properties.get(name)
        if prop is None or name == "id" or (prop.readonly and not by_another):
            raise bad_request(f"Property '{name}' is read-only and cannot be set, or does not exist.")
        if not prop.fits(value):
            raise bad_request(f"Invalid value specified for property '{name}' of resource '{kind.noun}'.")


def _apart(entity: str, values: Values) -> tuple[Values, dict[str, list[str]]]:
    """The properties, and the ids that a group's body binds as members and owners."""
    bound = {}
    for name, relation in _BOUND.items() if entity == "groups" else ():
        addresses = values.get(name, [])
        if not isinstance(addresses, list):
            raise bad_request(f"'{name}' is a list of addresses.")
        if addresses:
            bound[relation] = [str(address).rpartition("/")[2] for address in addresses]
    return {name: value for name, value in values.items() if name not in _BOUND}, bound


def _check_name(cloud: Cloud, tenant: Tenant, values: Values, object_id: str) -> None:
    upn = values.get("userPrincipalName")
    if upn is None:
        return
    if upn.rpartition("@")[2].lower() not in {tenant.default_domain, tenant.initial_domain}:
        raise bad_request("The domain portion of the userPrincipalName property is invalid. You must use one of the "
                          "verified domain names in your organization.")  # fmt: skip
    other = cloud.world.account(upn)
    if other is not None and other.oid != object_id:
        raise bad_request("Another object with the same value for property userPrincipalName already exists.")


def _is_synced(cloud: Cloud, tenant: Tenant, object_id: str) -> bool:
    user = cloud.world.object(tenant, "users", object_id, ("onPremisesSyncEnabled",))
    return bool(user and user["onPremisesSyncEnabled"])


def _derived(tenant: Tenant, entity: str, made: Values) -> Values:
    """What the directory sets itself in a new object."""
    if entity == "users":
        return {"userType": made["userType"] or "Member"}
    mail = f"{made['mailNickname']}@{tenant.default_domain}" if "Unified" in made["groupTypes"] else None
    return {"mail": mail}


def must_be_there(cloud: Cloud, tenant: Tenant, entity: str, object_id: str) -> None:
    """404 for an object that is not there."""
    if cloud.world.object(tenant, entity, object_id, ("id",)) is None:
        raise no_such(object_id)


def _stamp(cloud: Cloud) -> str:
    return cloud.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")
