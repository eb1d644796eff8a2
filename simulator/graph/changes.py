"""Writes: validated against the kind, stored as differences, told to delta by the tenant's change counter."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph.problems import GraphError, bad_request, no_such
from simulator.store import Write
from simulator.world import Tenant
from simulator.world.draws import draw, guid

_CHECKS: dict[str, Any] = {"string": str, "boolean": bool, "int": int, "datetime": str, "object": dict}
_READ_ONLY = {"id", "createdDateTime"}
_REQUIRED = {"users": ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"),
             "groups": ("displayName", "mailEnabled", "mailNickname", "securityEnabled")}  # fmt: skip
_EXTRA = {"users": {"mailNickname", "passwordProfile"}, "groups": set[str]()}


def create(cloud: Cloud, tenant: Tenant, entity: str, values: dict[str, Any]) -> dict[str, Any]:
    """Make an object; its id derives from the tenant and a creation counter."""
    missing = [name for name in _REQUIRED[entity] if name not in values]
    if missing:
        raise bad_request(f"A value is required for property '{missing[0]}' of resource '{entity[:-1].capitalize()}'.")
    _check(entity, values)
    if entity == "users" and cloud.world.account(values["userPrincipalName"]) is not None:
        raise bad_request("Another object with the same value for property userPrincipalName already exists.")
    kind = schema.kind(entity)
    with cloud.store.begin() as write:
        order = write.next(f"made/{tenant.id}")
        object_id = guid(cloud.world.seed, tenant.id, "made", order)
        made = {name: _empty(prop.type) for name, prop in kind.properties.items()}
        made |= {name: value for name, value in values.items() if name in kind.properties}
        made |= {"id": object_id, "createdDateTime": cloud.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
        made |= {"userType": "Member", "mail": values.get("mail")} if entity == "users" else {}
        _keep(write, tenant, entity, object_id, {"made": made, "order": order})
    return made


def change(cloud: Cloud, tenant: Tenant, entity: str, object_id: str, values: dict[str, Any]) -> None:
    """Change properties of an object; 404 for one that is not there."""
    _check(entity, values)
    if cloud.world.object(tenant, entity, object_id, ("id",)) is None:
        raise no_such(object_id)
    with cloud.store.begin() as write:
        known = _difference(write, tenant, entity, object_id)
        if "made" in known:
            known["made"].update(values)
        else:
            known = {"patch": known.get("patch", {}) | values}
        _keep(write, tenant, entity, object_id, known)


def delete(cloud: Cloud, tenant: Tenant, entity: str, object_id: str) -> None:
    """Delete an object; 404 for one that is not there."""
    if cloud.world.object(tenant, entity, object_id, ("id",)) is None:
        raise no_such(object_id)
    with cloud.store.begin() as write:
        _keep(write, tenant, entity, object_id, {"gone": True})


def mutate(  # noqa: PLR0917  # the admin side's one door to a tenant
    cloud: Cloud, tenant: Tenant, entity: str, action: str, match: str, values: dict[str, Any]
) -> dict[str, Any]:
    """Change a tenant behind everybody's back, as another actor would; `match` is an id or a principal name."""
    if action == "create":
        filled = {"accountEnabled": True, "mailNickname": "new", "passwordProfile": {}} if entity == "users" else {}
        return create(cloud, tenant, entity, {**filled, **values})
    object_id = match
    if "@" in match:
        account = cloud.world.account(match)
        object_id = account.oid if account is not None else match
    if action == "delete":
        delete(cloud, tenant, entity, object_id)
        return {"id": object_id}
    change(cloud, tenant, entity, object_id, values)
    kind = schema.kind(entity)
    return cloud.world.object(tenant, entity, object_id, tuple(kind.properties)) or {}


def churn(cloud: Cloud, tenant: Tenant, times: int) -> list[str]:
    """Change so many users, drawn from the tenant's change counter; returns their ids."""
    touched = []
    for number in range(times):
        words = draw(cloud.world.seed, tenant.id, "churn", cloud.world.change_count(tenant), number)
        object_id = guid(cloud.world.seed, tenant.id, "user", words[0] % tenant.users)
        if cloud.world.object(tenant, "users", object_id, ("id",)) is not None:
            change(cloud, tenant, "users", object_id, {"officeLocation": f"{words[1] % 9}/{words[2] % 400}"})
            touched.append(object_id)
    return touched


def _check(entity: str, values: dict[str, Any]) -> None:
    kind = schema.kind(entity)
    for name, value in values.items():
        if name in _EXTRA[entity]:
            continue
        prop = kind.properties.get(name)
        if prop is None or name in _READ_ONLY:
            raise bad_request(f"Property '{name}' is invalid or read-only.")
        if not _fits(prop.type, value):
            raise GraphError(400, "Request_BadRequest", f"Invalid value specified for property '{name}'.")


def _fits(type_name: str, value: Any) -> bool:
    if value is None:
        return type_name.endswith("?")
    plain = type_name.rstrip("?")
    if plain.endswith("[]"):
        return isinstance(value, list) and all(isinstance(item, _CHECKS[plain[:-2]]) for item in value)
    return isinstance(value, _CHECKS[plain])


def _empty(type_name: str) -> Any:
    if type_name.endswith("[]"):
        return []
    return False if type_name == "boolean" else None


def _difference(write: Write, tenant: Tenant, entity: str, object_id: str) -> dict[str, Any]:
    found = write.get(f"o/{tenant.id}/{entity}/{object_id}".encode())
    known: dict[str, Any] = msgspec.json.decode(found) if found else {}
    return known


def _keep(write: Write, tenant: Tenant, entity: str, object_id: str, value: dict[str, Any]) -> None:
    """Store a difference and its place in the tenant's changes, in the same transaction."""
    number = write.next(tenant.id)
    write.put(f"o/{tenant.id}/{entity}/{object_id}".encode(), msgspec.json.encode(value))
    write.put(f"c/{tenant.id}/{entity}/{number:016d}".encode(), msgspec.json.encode(object_id))
