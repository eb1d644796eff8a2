"""Changing a tenant behind everybody's back, as another actor would: nothing is checked but names and types."""

from __future__ import annotations

from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import assignments, changes
from simulator.graph.problems import bad_request
from simulator.identity import consents
from simulator.journal import changing
from simulator.world import Tenant
from simulator.world.draws import draw, guid, plain_guid

Values = dict[str, Any]
MADE = {"devices", "applications", "servicePrincipals", "conditionalAccessPolicies"}
"""Kinds of which another actor may make one besides users, groups and role assignments."""
NUMBERED = {"devices": "deviceId", "applications": "appId", "servicePrincipals": "appId"}
COMPUTED = {"secureScores", "secureScoreControlProfiles", "roleDefinitions", "directoryRoles", "directoryRoleTemplates"}
_FILLED: dict[str, Values] = {
    "users": {"accountEnabled": True, "mailNickname": "new", "passwordProfile": {}},
    "groups": {"mailEnabled": False, "mailNickname": "new", "securityEnabled": True},
}


def mutate(cloud: Cloud, tenant: Tenant, entity: str, action: str, *, match: str, values: Values) -> Values:
    """Create, change or delete; `match` is an id or a principal name.

    A read-only property such as assignedLicenses may be changed too, a wrong type or name may not.
    """
    if entity not in schema.entities() or entity in COMPUTED:
        raise bad_request(f"{entity} cannot be changed.")
    if action == "create":
        return _create(cloud, tenant, entity, values)
    account = cloud.world.account(match) if "@" in match else None
    object_id = account.oid if account is not None else match
    changes.must_be_there(cloud, tenant, entity, object_id)
    if action == "delete":
        _withdraw(cloud, tenant, entity, object_id)
        changes.delete(cloud, tenant, entity, object_id)
        return {"id": object_id}
    if action != "change":
        raise bad_request(f"No such action on {entity}: {action}.")
    kind = schema.kind(entity)
    changes.check(kind, values, by_another=True)
    changes.patch(cloud, tenant, entity, object_id, values)
    return cloud.world.object(tenant, entity, object_id, tuple(kind.properties)) or {}


def _withdraw(cloud: Cloud, tenant: Tenant, entity: str, object_id: str) -> None:
    """Who deletes the service principal of an app takes back what the app was allowed."""
    for tenant_id, client_id in consents.principals(cloud) if entity == "servicePrincipals" else ():
        grant = consents.granted(cloud, client_id, tenant.id) if tenant_id == tenant.id else None
        if grant is not None and grant.oid == object_id:
            consents.forget(cloud, client_id, tenant.id)


def _create(cloud: Cloud, tenant: Tenant, entity: str, values: Values) -> Values:
    if entity in _FILLED:
        return changes.create(cloud, tenant, entity, {**_FILLED[entity], **values})
    if entity == "roleAssignments":
        return assignments.give(cloud, tenant, {"directoryScopeId": "/", **values})
    if entity not in MADE:
        raise bad_request(f"{entity} cannot be created.")
    return _like_the_first(cloud, tenant, entity, values)


def _like_the_first(cloud: Cloud, tenant: Tenant, entity: str, values: Values) -> Values:
    """A new object with the values of the first of its kind, save those that are given."""
    kind = schema.kind(entity)
    changes.check(kind, values, by_another=True)
    with changing(cloud.world, tenant) as change:
        order = change.write.next(f"made/{tenant.id}")
        fresh = {"id": guid(cloud.world.seed, tenant.id, "made", order)}
        if entity in NUMBERED:
            fresh[NUMBERED[entity]] = plain_guid(cloud.world.seed, tenant.id, "made", order)
        made = cloud.world.generated(tenant, entity, 0, tuple(kind.properties)) | fresh | values
        change.keep(entity, fresh["id"], {"made": made, "order": order})
    return made


def churn(cloud: Cloud, tenant: Tenant, times: int) -> list[str]:
    """Change so many users, drawn from the tenant's change counter; returns their ids."""
    touched = []
    for number in range(times):
        words = draw(cloud.world.seed, tenant.id, "churn", cloud.world.change_count(tenant), number)
        object_id = guid(cloud.world.seed, tenant.id, "user", words[0] % tenant.users)
        if cloud.world.object(tenant, "users", object_id, ("id",)) is not None:
            changes.patch(cloud, tenant, "users", object_id, {"officeLocation": f"{words[1] % 9}/{words[2] % 400}"})
            touched.append(object_id)
    return touched
