"""What roles give, and who holds them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.facts import Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.access import queries, rules
from tenantry.portal.access.facts import RoleAssigned, RoleChanged, RoleCreated, RoleDeleted, RoleWithdrawn
from tenantry.portal.access.models import Role, RoleHolder
from tenantry.portal.access.resolver import recheck
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import CustomerGroup
from tenantry.portal.people.models import Person


@whole
def create_role(actor: Actor, wish: Wish) -> Role:
    """Make a role; refuses one without permissions or scope, a taken name, and the 201st."""
    actor.require("access.roles")
    recheck(actor, "access.roles")
    rules.check_room(Role.objects.count(), rules.MOST_ROLES)
    _check(wish, Role.objects.named(wish.name).exists())
    role = Role.make(wish, actor.id)
    record(actor, RoleCreated(role.pk, Personal(role.name), _json(wish)))
    return role


@whole
def edit_role(actor: Actor, role: Role, wish: Wish, version: int) -> None:
    """Change what a role gives, from each holder's next request on; refuses a stale form (409)."""
    actor.require("access.roles")
    recheck(actor, "access.roles")
    role = Role.objects.select_for_update().get(pk=role.pk)
    _check_own(role)
    if role.version != version:
        raise Conflict(_("Somebody else changed this role."), code="stale")
    _check(wish, Role.objects.named(wish.name).exclude(pk=role.pk).exists())
    before = _json(queries.role(role.pk).as_wish())
    absent = frozenset(role.permissions) - queries.catalogue().keys()
    role.revise(Wish(wish.name, wish.description, wish.permissions | absent, wish.everywhere, wish.groups), actor.id)
    record(actor, RoleChanged(role.pk, Personal(role.name), before, _json(wish)))


@whole
def delete_role(actor: Actor, role: Role, move_to: Role | None = None) -> None:
    """Delete a role that nobody holds, or whose holders go on with another one; never the built-in one."""
    actor.require("access.roles")
    recheck(actor, "access.roles")
    role = Role.objects.select_for_update().get(pk=role.pk)
    _check_own(role)
    people = list(role.holders.values_list("person_id", flat=True))
    if people and (move_to is None or move_to.pk == role.pk):
        raise Refused(_("People hold this role. Choose the role that they hold instead."), field="move_to")
    if move_to is not None:
        _give(actor, move_to, people)
    before, name, pk = _json(queries.role(role.pk).as_wish()), role.name, role.pk
    role.remove()
    record(actor, RoleDeleted(pk, Personal(name), before))


@whole
def assign_role(actor: Actor, role: Role, people: Iterable[int]) -> int:
    """Let people hold a role; returns how many did not yet. Refuses a stranger, and a 21st role."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    return _give(actor, role, people)


def _give(actor: Actor, role: Role, people: Iterable[int]) -> int:
    known = list(Person.objects.filter(pk__in=list(people), kind=Person.Kind.PARTNER))
    given = 0
    for person in known:
        rules.check_roles_of_person(RoleHolder.objects.filter(person=person).exclude(role=role).count() + 1)
        if role.give(person.pk):
            record(actor, RoleAssigned(role.pk, person.pk))
            given += 1
    return given


@whole
def withdraw_role(actor: Actor, role: Role, person: Person) -> None:
    """Take a role from a person; never one's own Administrators, the owner's, or the last active one's."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    if role.builtin:
        rules.check_demotion(own=actor.kind == "person" and actor.id == person.pk, owner=person.owner)
    if not role.take(person.pk):
        raise Refused(_("This person does not hold the role."))
    rules.check_administrators_left(len(queries.active_administrators()))
    record(actor, RoleWithdrawn(role.pk, person.pk))


def _check(wish: Wish, taken: bool) -> None:  # what a query answered
    rules.check_role(wish, queries.catalogue())
    rules.check_free(taken)
    known = CustomerGroup.objects.filter(pk__in=wish.groups).count()
    if not wish.everywhere and known != len(wish.groups):
        raise Refused(_("One of these groups is gone. Choose again."), field="groups")


def _check_own(role: Role) -> None:
    if role.builtin:
        raise Refused(_("The built-in role Administrators cannot be changed."))


def _json(wish: Wish) -> Personal:
    groups = [] if wish.everywhere else sorted(wish.groups)
    values = {"name": wish.name, "description": wish.description, "permissions": sorted(wish.permissions),
              "everywhere": wish.everywhere, "groups": groups}  # fmt: skip
    return Personal(json.dumps(values, ensure_ascii=False, sort_keys=True))
