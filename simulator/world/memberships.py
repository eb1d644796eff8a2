"""Who is in which group now: drawn members, changes since, rules of dynamic groups, groups in groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.world import people
from simulator.world.draws import guid
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

Ref = tuple[str, str]
"""Entity set and id of an object that another points to."""


@dataclass
class Memberships:
    """The direct members of every group of a tenant, and the groups that each object is directly in."""

    members: dict[str, list[Ref]] = field(default_factory=dict)
    owners: dict[str, list[Ref]] = field(default_factory=dict)
    groups_of: dict[str, list[str]] = field(default_factory=dict)

    def all_members(self, group_id: str) -> list[Ref]:
        """Members at any depth, each once, nearest first; a group in itself ends there."""
        found: dict[Ref, None] = {}
        waiting = [group_id]
        while waiting:
            for ref in self.members.get(waiting.pop(0), ()):
                if ref not in found and ref[1] != group_id:
                    found[ref] = None
                    waiting += [ref[1]] if ref[0] == "groups" else []
        return list(found)

    def all_groups_of(self, object_id: str) -> list[str]:
        """Groups at any distance that an object is in, each once, nearest first."""
        found: dict[str, None] = {}
        waiting = [object_id]
        while waiting:
            for group_id in self.groups_of.get(waiting.pop(0), ()):
                if group_id not in found and group_id != object_id:
                    found[group_id] = None
                    waiting.append(group_id)
        return list(found)


def read(world: World, tenant: Tenant) -> Memberships:
    """The memberships of a tenant as they stand."""
    groups = [item["id"] for _position, item in world.objects(tenant, "groups", ("id",))]
    known = Memberships()
    for relation, target in (("members", known.members), ("owners", known.owners)):
        drawn = _drawn_members(world, tenant) if relation == "members" else _drawn_owners(world, tenant)
        changed = changes(world, tenant, relation)
        for group_id in groups:
            target[group_id] = _present(drawn.get(group_id, []), changed.get(group_id))
    _without_the_gone(world, tenant, known)
    for group_id, refs in known.members.items():
        for _entity, object_id in refs:
            known.groups_of.setdefault(object_id, []).append(group_id)
    return known


def changes(world: World, tenant: Tenant, relation: str) -> dict[str, dict[str, list[Ref]]]:
    """What was added to and removed from each group since the seed."""
    prefix = f"r/{tenant.id}/{relation}/".encode()
    found = {key[len(prefix) :].decode(): msgspec.json.decode(value) for key, value in world.store.scan(prefix)}
    return {group_id: world.as_seen(value) or {} for group_id, value in found.items()}


def _present(drawn: list[Ref], changed: dict[str, Any] | None) -> list[Ref]:
    added = [(entity, oid) for entity, oid in (changed or {}).get("added", ())]
    removed = {(entity, oid) for entity, oid in (changed or {}).get("removed", ())}
    return [ref for ref in dict.fromkeys((*drawn, *added)) if ref not in removed]


def _drawn_members(world: World, tenant: Tenant) -> dict[str, list[Ref]]:
    ruled: list[Ref] | None = None
    found = {}
    for index in range(tenant.groups):
        if people.is_dynamic(world.seed, tenant, index):
            ruled = _by_rule(world, tenant) if ruled is None else ruled
            refs = ruled
        else:
            refs = [("users", _id(world, tenant, "user", one)) for one in people.members(world.seed, tenant, index)]
            refs += [
                ("groups", _id(world, tenant, "group", one)) for one in people.subgroups(world.seed, tenant, index)
            ]
        found[_id(world, tenant, "group", index)] = refs
    return found


def _drawn_owners(world: World, tenant: Tenant) -> dict[str, list[Ref]]:
    return {
        _id(world, tenant, "group", index): [("users", _id(world, tenant, "user", one))]
        for index in range(tenant.groups) for one in people.members(world.seed, tenant, index)[:1]
    }  # fmt: skip


def _by_rule(world: World, tenant: Tenant) -> list[Ref]:
    """The users of whom the one rule of generated groups is true now."""
    users = world.objects(tenant, "users", ("id", "department"))
    return [("users", user["id"]) for _position, user in users if user["department"] == people.RULE_DEPARTMENT]


def _without_the_gone(world: World, tenant: Tenant, known: Memberships) -> None:
    gone = {oid for entity in ("users", "groups") for oid, difference in world.differences(tenant, entity).items()
            if "gone" in difference}  # fmt: skip
    for relation in (known.members, known.owners) if gone else ():
        for group_id, refs in relation.items():
            relation[group_id] = [ref for ref in refs if ref[1] not in gone]


def _id(world: World, tenant: Tenant, kind: str, index: int) -> str:
    return guid(world.seed, tenant.id, kind, index)
