"""What is asked about roles, who holds them, and what they would change."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Count

from tenantry.kernel import registry
from tenantry.kernel.actor import Grant
from tenantry.kernel.errors import Missing
from tenantry.kernel.offers import GroupUse
from tenantry.kernel.text import Text
from tenantry.kernel.text import lazy as _
from tenantry.portal.access import rules
from tenantry.portal.access.models import Role, RoleGroup, RoleHolder
from tenantry.portal.access.rules import Permission
from tenantry.portal.customers.models import CustomerGroup, GroupMember
from tenantry.portal.people.models import Person

_SHIPPED = Path(__file__).parent / "catalogue"
_PRESETS: Mapping[str, Text] = {
    "technician": _("Technician"),
    "help_desk": _("Help desk"),
    "sales": _("Sales and licences"),
    "auditor": _("Auditor"),
    "licence_manager": _("Licence manager"),
    "licence_reader": _("Licence reader"),
}


@dataclass(frozen=True)
class Preset:
    """A role to copy."""

    key: str
    name: Text
    permissions: frozenset[str]


@functools.cache
def whole_catalogue() -> Mapping[str, Permission]:
    """Every permission of the product, in the catalogue's order, whether its folder is present or not."""
    rows = tomllib.loads((_SHIPPED / "permissions.toml").read_text())["permission"]
    return {row["name"]: Permission(**row) for row in rows}


@functools.cache
def catalogue() -> Mapping[str, Permission]:
    """The permissions of present folders, in the catalogue's order; one that it does not know is per customer."""
    declared = {name: None for manifest in registry.manifests() for name in manifest.permissions}
    known = {name: row for name, row in whole_catalogue().items() if name in declared}
    return known | {name: Permission(name, "C", name) for name in declared if name not in known}


@functools.cache
def presets() -> tuple[Preset, ...]:
    """The roles to copy, without the permissions of absent folders and without presets that hold nothing."""
    rows = tomllib.loads((_SHIPPED / "presets.toml").read_text())["preset"]
    offered = (Preset(row["key"], _PRESETS[row["key"]], _of_preset(row)) for row in rows)
    return tuple(preset for preset in offered if preset.permissions)


def _of_preset(row: Mapping[str, Any]) -> frozenset[str]:
    modules = {folder.rpartition(".")[2] for folder in registry.folders() if ".modules." in folder}
    named = set(row["permissions"])
    return frozenset(
        name for name, known in catalogue().items()
        if known.grantable and (name in named or _by_rule(row["rule"], known, known.folder in modules))
    )  # fmt: skip


def _by_rule(rule: str, known: Permission, of_module: bool) -> bool:  # read once, above
    match rule:
        case "views":
            return known.verb == "view"
        case "modules":
            return of_module and known.verb in {"view", "act"}
        case "module_views":
            return of_module and known.verb == "view"
        case _:
            return rule == "licences" and known.scope == "L"


def grants(person_id: int) -> tuple[Grant, ...]:
    """What each role of a person gives it."""
    return tuple(grant(role) for role in Role.objects.of(person_id).with_groups())


def grant(role: Role) -> Grant:
    """What a role gives; a role that has lost all its groups gives nothing on any customer."""
    if role.builtin:
        return Grant(frozenset(catalogue()), None)
    return Grant(rules.held(role.permissions, catalogue()), None if role.everywhere else frozenset(role.reach))


def holders(permission: str, customer: int | None) -> list[int]:
    """Ids of the active people who hold a permission, on a customer where one is named."""
    groups = _groups_of(customer) if customer is not None else set()
    roles = [role.pk for role in Role.objects.with_groups() if _reaches(grant(role), permission, customer, groups)]
    active = Person.objects.active().filter(holdings__role_id__in=roles)
    return list(active.values_list("pk", flat=True).distinct())


def _groups_of(customer: int) -> set[int]:
    return set(GroupMember.of_partner.filter(customer_id=customer).values_list("group_id", flat=True))


def _reaches(given: Grant, permission: str, customer: int | None, groups: set[int]) -> bool:
    if permission not in given.permissions:
        return False
    anywhere = customer is None or given.groups is None or catalogue()[permission].scope != "C"
    return anywhere or bool(groups & (given.groups or frozenset()))


def role(role_id: int) -> Role:
    """One role of the partner, with the groups it reaches; Missing for any other."""
    found = Role.objects.with_groups().filter(pk=role_id).first()
    if found is None:
        raise Missing
    return found


def administrators() -> Role:
    """The built-in role."""
    return Role.objects.get(builtin=True)


def active_administrators() -> set[int]:
    """Ids of the active people who hold the built-in role."""
    held = RoleHolder.objects.filter(role__builtin=True, person__state=Person.State.ACTIVE)
    return set(held.values_list("person_id", flat=True))


def roles_using(groups: Iterable[int]) -> Mapping[int, int]:
    """How many roles reach each of these groups."""
    counted = RoleGroup.objects.filter(group_id__in=groups).values("group_id").annotate(count=Count("role"))
    return {row["group_id"]: row["count"] for row in counted}


def uses(groups: Iterable[int]) -> dict[int, list[tuple[Text, int]]]:
    """What uses each of these groups, as title and count; groups that nothing uses are left out."""
    wanted = list(groups)
    found: dict[int, list[tuple[Text, int]]] = {}
    for offer in registry.offers(GroupUse):
        for group, count in offer.count(wanted).items():
            found.setdefault(group, []).append((offer.title, count))
    return found


def stamp(group: CustomerGroup) -> str:
    """Which state of a group a form shows."""
    return group.changed_at.isoformat()


def role_names(person_id: int) -> list[str]:
    """Names of the roles that a person holds, the built-in one first."""
    return list(Role.objects.of(person_id).order_by("-builtin", "name").values_list("name", flat=True))
