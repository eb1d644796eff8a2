"""What points from one object to others: members, owners, groups, directory roles, licences."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph.collections import Items, Source
from simulator.graph.problems import no_such, unknown_property
from simulator.schema import Kind
from simulator.world import Account, Tenant
from simulator.world.holdings import plan
from simulator.world.memberships import Ref
from simulator.world.people import GLOBAL_ADMINISTRATOR
from simulator.world.tenants import products

ROLES = {
    GLOBAL_ADMINISTRATOR: {
        "id": "62e90394-69f5-4237-9190-012177140000",
        "display": "Global Administrator",
        "description": "Can manage all aspects of Microsoft Entra ID and Microsoft services that use it.",
        "template": GLOBAL_ADMINISTRATOR,
    }
}
CASTS = {"microsoft.graph.user": "users", "microsoft.graph.group": "groups",
         "microsoft.graph.directoryrole": "directoryRoles"}  # fmt: skip
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
    account = cloud.world.account_by_oid(tenant.id, object_id)
    roles = account.directory_roles if account else ()
    return [*(("directoryRoles", role) for role in roles), *(("groups", one) for one in ids)]


def source(cloud: Cloud, tenant: Tenant, path: str, refs: list[Ref]) -> Source:
    """The collection of what is pointed to; a type at the end of the path leaves only those of it."""
    entity = CASTS.get(path.rpartition("/")[2].lower(), "")
    chosen = [ref for ref in refs if not entity or ref[0] == entity]
    kind = schema.kind(entity) if entity else mixed()

    def read(names: tuple[str, ...], start: int) -> Items:
        for number, (one, object_id) in enumerate(chosen[start:], start + 1):
            item = _object(cloud, tenant, (one, object_id), _known(one, names))
            if item is not None:
                yield number, {"@odata.type": f"#{schema.kind(one).type}"} | item

    return Source(kind, read, path=path.lower())


def expansion(cloud: Cloud, tenant: Tenant, relation: str, select: tuple[str, ...], object_id: str) -> list[Any]:
    """What $expand shows of a relation."""
    refs = {
        "members": lambda: members(cloud, tenant, object_id),
        "owners": lambda: owners(cloud, tenant, object_id),
        "memberOf": lambda: groups_of(cloud, tenant, object_id),
        "transitiveMemberOf": lambda: groups_of(cloud, tenant, object_id, deep=True),
    }[relation]()
    for name in select:
        if name not in mixed().properties:
            raise unknown_property(name, mixed().type)
    shown = []
    for ref in refs[:MOST_EXPANDED]:
        names = tuple(name for name in select if name in schema.kind(ref[0]).properties) if select else ()
        item = _object(cloud, tenant, ref, names or schema.kind(ref[0]).chosen(()))
        shown += [{"@odata.type": f"#{schema.kind(ref[0]).type}"} | item] if item else []
    return shown


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


def _object(cloud: Cloud, tenant: Tenant, ref: Ref, names: tuple[str, ...]) -> dict[str, Any] | None:
    if ref[0] != "directoryRoles":
        return cloud.world.object(tenant, ref[0], ref[1], names)
    clock = schema.Clock(cloud.world.epoch, cloud.world.now().date())
    return schema.maker(schema.kind("directoryRoles"), names, clock)(ROLES[ref[1]], ())


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
