"""Putting objects into a group's members and owners, and taking them out."""

from __future__ import annotations

from simulator.cloud import Cloud
from simulator.graph.problems import bad_request, no_such
from simulator.graph.relations import members, owners
from simulator.journal import Change, changing
from simulator.wire import Request
from simulator.world import Tenant, people
from simulator.world.draws import guid
from simulator.world.memberships import Ref

MOST_BOUND = 20
"""References that one PATCH of a group may add (Microsoft Graph: add members)."""


def reference(request: Request) -> str:
    """The id that a posted `@odata.id` names."""
    try:
        return str(request.json()["@odata.id"]).rpartition("/")[2]
    except (ValueError, KeyError, TypeError):
        raise bad_request("A reference needs '@odata.id'.") from None


def add(cloud: Cloud, tenant: Tenant, relation: str, group_id: str, ids: list[str]) -> None:
    """Add users or groups, all or none; 404 for one that is not there, 400 for one that is in already."""
    if len(ids) > MOST_BOUND:
        raise bad_request(f"At most {MOST_BOUND} references can be added at a time.")
    present = _listed(cloud, tenant, relation, group_id)
    refs = [_ref(cloud, tenant, relation, object_id) for object_id in ids]
    if relation == "members" and any(group == ("groups", group_id) for group in refs):
        raise bad_request("A group cannot be a member of itself.")
    if set(refs) & set(present) or len(set(refs)) < len(refs):
        raise bad_request("One or more added object references already exist for the following modified properties: "
                          f"'{relation}'.")  # fmt: skip
    with changing(cloud.world, tenant) as change:
        for ref in refs:
            change.link((relation, group_id), ref, present=True)


def remove(cloud: Cloud, tenant: Tenant, relation: str, group_id: str, object_id: str) -> None:
    """Take one out; 404 for what is not in the group."""
    present = _listed(cloud, tenant, relation, group_id)
    ref = next((ref for ref in present if ref[1] == object_id.lower()), None)
    if ref is None:
        raise no_such(object_id)
    with changing(cloud.world, tenant) as change:
        change.link((relation, group_id), ref, present=False)


def _listed(cloud: Cloud, tenant: Tenant, relation: str, group_id: str) -> list[Ref]:
    if relation == "owners":
        return owners(cloud, tenant, group_id)
    found = members(cloud, tenant, group_id)
    group = cloud.world.object(tenant, "groups", group_id, ("groupTypes",)) or {}
    if "DynamicMembership" in group["groupTypes"]:
        raise bad_request("The members of a group with dynamic membership cannot be changed.")
    return found


def _ref(cloud: Cloud, tenant: Tenant, relation: str, object_id: str) -> Ref:
    wished = object_id.lower()
    for entity in ("users", "groups") if relation == "members" else ("users",):
        if cloud.world.object(tenant, entity, wished, ("id",)) is not None:
            return entity, wished
    raise no_such(object_id)


def leave(cloud: Cloud, change: Change, object_id: str) -> None:
    """Note that a deleted object is gone from every group that it was in or owned."""
    known = cloud.world.memberships(change.tenant)
    places = [
        ((relation, group_id), ref)
        for relation, groups in (("members", known.members), ("owners", known.owners))
        for group_id, refs in groups.items() for ref in refs if ref[1] == object_id
    ]  # fmt: skip
    for place, ref in places:
        change.tell_link(place, ref, present=False)


def follow_rule(cloud: Cloud, change: Change, user_id: str, department: str | None) -> None:
    """Note that a user with a new department is in the groups of the rule, or is not."""
    seed, tenant = cloud.world.seed, change.tenant
    for index in range(tenant.groups):
        if people.is_dynamic(seed, tenant, index):
            group_id = guid(seed, tenant.id, "group", index)
            present = department == people.RULE_DEPARTMENT
            change.tell_link(("members", group_id), ("users", user_id), present=present)
