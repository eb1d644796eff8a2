"""What points from one object to others: members, owners, groups, directory roles, licences."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import apps
from simulator.graph.collections import Items, Source
from simulator.graph.problems import no_such, unknown_property
from simulator.schema import Kind
from simulator.world import Account, Tenant
from simulator.world.draws import guid
from simulator.world.holdings import plan
from simulator.world.kinds import applications, devices
from simulator.world.kinds.role_assignments import READERS
from simulator.world.kinds.role_definitions import number_of
from simulator.world.kinds.service_principals import first_own
from simulator.world.memberships import Ref
from simulator.world.tenants import products

CASTS = {"microsoft.graph.user": "users", "microsoft.graph.group": "groups",
         "microsoft.graph.directoryrole": "directoryRoles", "microsoft.graph.serviceprincipal": "servicePrincipals",
         "microsoft.graph.device": "devices"}  # fmt: skip
_NAMED = {"filter": ["eq", "ne", "in", "startsWith", "endsWith"], "sort": True, "search": True}
"""What may be asked of objects whose kind is not known: their name, no more."""
MOST_EXPANDED = 20
"""Objects that $expand shows of a relation of a directory object (Microsoft Graph: query parameters)."""


def members(cloud: Cloud, tenant: Tenant, group_id: str, *, deep: bool = False) -> list[Ref]:
    """The members of a group, direct or at any depth; 404 for no group."""
    _group(cloud, tenant, group_id)
    known = cloud.world.memberships(tenant)
    return known.all_members(group_id) if deep else known.members.get(group_id, [])


def owners(cloud: Cloud, tenant: Tenant, group_id: str) -> list[Ref]:
    """The owners of a group; 404 for no group."""
    _group(cloud, tenant, group_id)
    return cloud.world.memberships(tenant).owners.get(group_id, [])


def groups_of(cloud: Cloud, tenant: Tenant, object_id: str, *, deep: bool = False) -> list[Ref]:
    """The groups of a user or group, direct or at any distance, and the directory roles of a user."""
    known = cloud.world.memberships(tenant)
    ids = known.all_groups_of(object_id) if deep else known.groups_of.get(object_id, [])
    held = [one["roleDefinitionId"] for one in cloud.world.assignments(tenant) if one["principalId"] == object_id]
    roles = [role_id(cloud, tenant, template) for template in held]
    return [*(("directoryRoles", role) for role in roles), *(("groups", one) for one in ids)]


def role_id(cloud: Cloud, tenant: Tenant, template: str) -> str:
    """The id in a tenant of the role of a template."""
    return guid(cloud.world.seed, tenant.id, "role", number_of(template))


def holders(cloud: Cloud, tenant: Tenant, object_id: str) -> list[Ref]:
    """Who holds an activated role, as the assignments of the newer path say; 404 for a role that is not activated."""
    role = cloud.world.object(tenant, "directoryRoles", object_id, ("roleTemplateId",))
    if role is None:
        raise no_such(object_id)
    held = [one["principalId"] for one in cloud.world.assignments(tenant)
            if one["roleDefinitionId"] == role["roleTemplateId"]]  # fmt: skip
    return [(cloud.world.entity_of(tenant, principal), principal) for principal in held]


def owners_of(cloud: Cloud, tenant: Tenant, entity: str, object_id: str) -> list[Ref]:
    """Whose a device or an app is; nobody's for Microsoft's and other firms' apps and for those made since."""
    if cloud.world.object(tenant, entity, object_id, ("id",)) is None:
        raise no_such(object_id)
    index, seed = cloud.world.index(tenant, entity, object_id.lower()), cloud.world.seed
    if entity == "servicePrincipals" and index is not None:
        index = index - first_own() if 0 <= index - first_own() < tenant.apps else None
    if index is None:
        return []
    owner = devices.owner if entity == "devices" else applications.owner
    found = owner(seed, tenant, index)
    return [("users", found)] if cloud.world.object(tenant, "users", found, ("id",)) else []


def source(cloud: Cloud, tenant: Tenant, path: str, refs: list[Ref]) -> Source:
    """The collection of what is pointed to; a type at the end of the path leaves only those of it."""
    entity = CASTS.get(path.rpartition("/")[2].lower(), "")
    chosen = [ref for ref in refs if not entity or ref[0] == entity]
    kind = schema.kind(entity) if entity else mixed()

    def read(names: tuple[str, ...], start: int) -> Items:
        for number, (one, object_id) in enumerate(chosen[start:], start + 1):
            item = cloud.world.object(tenant, one, object_id, _known(one, names))
            if item is not None:
                yield number, {"@odata.type": f"#{schema.kind(one).type}"} | item

    return Source(kind, read, path=path.lower())


def expansion(cloud: Cloud, tenant: Tenant, named: tuple[str, str], select: tuple[str, ...], object_id: str) -> Any:
    """What $expand shows of a relation (of the entity set and name): a list, or the one object that there can be."""
    if named[1] == "appRoleAssignments":
        return apps.shown(cloud, tenant, object_id, select)
    if named[0] == "roleDefinitions":
        return _inherited(cloud, tenant, select) if object_id != READERS else []
    if named[0] == "roleAssignments":
        return _assigned(cloud, tenant, named[1], select, object_id)
    entity, relation = named
    refs = {
        "members": lambda: holders(cloud, tenant, object_id) if entity == "directoryRoles"
                           else members(cloud, tenant, object_id),
        "owners": lambda: owners(cloud, tenant, object_id) if entity == "groups"
                          else owners_of(cloud, tenant, entity, object_id),
        "registeredOwners": lambda: owners_of(cloud, tenant, entity, object_id),
        "registeredUsers": lambda: owners_of(cloud, tenant, entity, object_id),
        "memberOf": lambda: groups_of(cloud, tenant, object_id),
        "transitiveMemberOf": lambda: groups_of(cloud, tenant, object_id, deep=True),
    }[relation]()  # fmt: skip
    _check_select(select, mixed())
    shown = [pointed(cloud, tenant, ref, select) for ref in refs[:MOST_EXPANDED]]
    return [item for item in shown if item is not None]


def _inherited(cloud: Cloud, tenant: Tenant, select: tuple[str, ...]) -> list[Any]:
    """What every role may do besides its own: that of Directory Readers."""
    kind = schema.kind("roleDefinitions")
    _check_select(select, kind)
    return [cloud.world.object(tenant, "roleDefinitions", READERS, kind.chosen(select))]


def _assigned(cloud: Cloud, tenant: Tenant, relation: str, select: tuple[str, ...], object_id: str) -> Any:
    """The principal or the role of an assignment; null for a principal that is gone."""
    one = next(one for one in cloud.world.assignments(tenant) if one["id"] == object_id)
    if relation == "principal":
        _check_select(select, mixed())
        return pointed(cloud, tenant, (cloud.world.entity_of(tenant, one["principalId"]), one["principalId"]), select)
    kind = schema.kind("roleDefinitions")
    _check_select(select, kind)
    return cloud.world.object(tenant, "roleDefinitions", one["roleDefinitionId"], kind.chosen(select))


def _check_select(select: tuple[str, ...], kind: Kind) -> None:
    for name in select:
        if name not in kind.properties:
            raise unknown_property(name, kind.type)


def pointed(cloud: Cloud, tenant: Tenant, ref: Ref, select: tuple[str, ...]) -> dict[str, Any] | None:
    """An object that another points to, with its type; None for one that is gone."""
    kind = schema.kind(ref[0])
    names = tuple(name for name in select if name in kind.properties) if select else ()
    item = cloud.world.object(tenant, *ref, names or kind.chosen(()))
    return {"@odata.type": f"#{kind.type}"} | item if item else None


@functools.cache
def mixed() -> Kind:
    """Directory objects of any kind: the properties of all, of which only the name can be filtered or sorted by."""
    kinds = [schema.kind(entity) for entity in CASTS.values()]
    properties = {
        name: replace(prop, spec={"type": prop.type, "gen": "const"} | (_NAMED if name == "displayName" else {}))
        for kind in kinds for name, prop in kind.properties.items()
    }  # fmt: skip
    everything = tuple(dict.fromkeys(name for kind in kinds for name in kind.chosen(())))
    return Kind("directoryObjects", "microsoft.graph.directoryObject", 100, 999, everything, properties, directory=True)


def _known(entity: str, names: Iterable[str]) -> tuple[str, ...]:
    """Of the wished properties those of the kind; the default ones where all kinds' defaults are wished."""
    names, kind = tuple(names), schema.kind(entity)
    if set(mixed().default) <= set(names):
        return tuple(dict.fromkeys(("id", *kind.chosen(()))))
    return tuple(name for name in names if name in kind.properties)


def _group(cloud: Cloud, tenant: Tenant, group_id: str) -> None:
    if cloud.world.object(tenant, "groups", group_id, ("id",)) is None:
        raise no_such(group_id)


def licence_details(cloud: Cloud, tenant: Tenant, account: Account) -> Source:
    """The licences of a user with their service plans."""
    user = cloud.world.object(tenant, "users", account.oid, ("id", "assignedLicenses"))
    held = user["assignedLicenses"] if user else []
    by_id = {product["id"]: (part, product) for part, product in products().items()}
    kind, clock = schema.kind("licenseDetails"), schema.Clock(cloud.world.epoch, cloud.world.now().date())

    def read(names: tuple[str, ...], start: int) -> Items:
        make = schema.maker(kind, names, clock)
        for number, licence in enumerate(held[start:], start + 1):
            part, product = by_id[licence["skuId"]]
            off = set(licence["disabledPlans"])
            plans = [plan(name, plan_id, on=plan_id not in off) for name, plan_id in product["plans"].items()]
            base = {
                "id": f"{account.oid[:8]}_{licence['skuId']}",
                "plans": plans,
                "sku": licence["skuId"],
                "part": part,
            }
            yield number, make(base, ())

    return Source(kind, read, path=f"licences/{account.oid}")
