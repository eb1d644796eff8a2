"""Giving and taking directory roles; the older path shows the same."""

from __future__ import annotations

from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import changes
from simulator.graph.problems import bad_request, no_such
from simulator.graph.relations import role_id
from simulator.journal import changing
from simulator.world import Tenant
from simulator.world.kinds.directory_roles import shown
from simulator.world.kinds.role_assignments import link
from simulator.world.kinds.role_definitions import number_of, roles

Values = dict[str, Any]
HOLDERS = {"users", "groups", "servicePrincipals"}


def give(cloud: Cloud, tenant: Tenant, values: Values) -> Values:
    """Assign a role; 404 for nobody or no role, 400 for one who holds it or for less than the whole directory."""
    kind = schema.kind("roleAssignments")
    changes.check_required(kind, values)
    changes.check(kind, values)
    role, principal = str(values["roleDefinitionId"]).lower(), str(values["principalId"]).lower()
    if values["directoryScopeId"] != "/":
        raise bad_request("The simulated directory assigns roles over the whole directory only.")
    _check_there(cloud, tenant, role, principal)
    made = dict.fromkeys(kind.properties) | {
        "id": link(role, principal), "principalId": principal, "roleDefinitionId": role, "directoryScopeId": "/",
        "principalOrganizationId": tenant.id,
    }  # fmt: skip
    if any(one["id"] == made["id"] for one in cloud.world.assignments(tenant)):
        raise bad_request("A conflicting object with one or more of the specified property values is present in the "
                          "directory.")  # fmt: skip
    _store(cloud, tenant, made)
    return made


def _check_there(cloud: Cloud, tenant: Tenant, role: str, principal: str) -> None:
    if role not in {one["template"] for one in roles()}:
        raise no_such(role)
    entity = cloud.world.entity_of(tenant, principal)
    if entity not in HOLDERS or cloud.world.object(tenant, entity, principal, ("id",)) is None:
        raise no_such(principal)


def _store(cloud: Cloud, tenant: Tenant, made: Values) -> None:
    """The assignment, given back where the seed had it, and the role activated if it was not."""
    drawn = cloud.world.index(tenant, "roleAssignments", made["id"]) is not None
    role = role_id(cloud, tenant, made["roleDefinitionId"])
    is_new = cloud.world.object(tenant, "directoryRoles", role, ("id",)) is None
    with changing(cloud.world, tenant) as change:
        order = change.write.next(f"made/{tenant.id}")
        kept = {"patch": {}} if drawn else {"made": made, "order": order}
        change.keep("roleAssignments", made["id"], kept)
        if is_new:
            base = shown(cloud.world.seed, tenant, number_of(made["roleDefinitionId"]))
            activated = {"id": role, "deletedDateTime": None, "description": base["description"],
                         "displayName": base["display"], "roleTemplateId": base["template"]}  # fmt: skip
            change.keep("directoryRoles", role, {"made": activated, "order": order})
