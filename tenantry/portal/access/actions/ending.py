"""What is done to several people at once: the allowed ones, and why the others are spared; and the change of owner."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.facts import Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.tally import Tally, each
from tenantry.kernel.text import _
from tenantry.portal.access import queries, rules
from tenantry.portal.access.facts import RoleWithdrawn
from tenantry.portal.access.models import Role
from tenantry.portal.access.resolver import recheck
from tenantry.portal.partners.facts import OwnerChanged
from tenantry.portal.people.facts import PersonDeleted
from tenantry.portal.people.models import Person

_ADDRESS = attrgetter("email")


@whole
def delete_people(actor: Actor, people: Iterable[Person]) -> Tally:
    """Delete those of the people who may be deleted: not oneself, the owner or the last active administrator."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    return each(people, lambda person: _delete(actor, person), _ADDRESS)


@whole
def withdraw_from(actor: Actor, role: Role, people: Iterable[Person]) -> Tally:
    """Take a role from those of the people from whom it may be taken; see `withdraw_role`."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    return each(people, lambda person: _withdraw(actor, role, person), _ADDRESS)


def spared_from_deletion(actor: Actor, person: Person) -> str:  # asked before the act as well
    """Why a person may not be deleted; empty where it may."""
    actor.require("people.manage")
    try:
        _check_deletion(actor, person)
    except Refused as refused:
        return str(refused)
    return ""


def _delete(actor: Actor, person: Person) -> None:
    _check_deletion(actor, person)
    record(actor, PersonDeleted(person.pk, Personal(person.email), Personal(person.name)))
    person.delete()


def _check_deletion(actor: Actor, person: Person) -> None:
    rules.check_deletion(own=_is(actor, person), owner=person.owner)
    rules.check_administrators_left(len(queries.active_administrators() - {person.pk}))


def _withdraw(actor: Actor, role: Role, person: Person) -> None:
    if role.builtin:
        rules.check_demotion(own=_is(actor, person), owner=person.owner)
        rules.check_administrators_left(len(queries.active_administrators() - {person.pk}))
    if not role.take(person.pk):
        raise Refused(_("This person does not hold the role."))
    record(actor, RoleWithdrawn(role.pk, person.pk))


def _is(actor: Actor, person: Person) -> bool:
    return actor.kind == "person" and actor.id == person.pk


@whole
def change_owner(actor: Actor, person: Person) -> None:
    """Make an active administrator the partner's owner; the owner until now stays an administrator."""
    actor.require("partners.transfer")
    recheck(actor, "partners.transfer")
    rules.check_owner(administrator=person.pk in queries.active_administrators(), owner=person.owner)
    former = Person.objects.select_for_update().get(owner=True)
    former.give_up()
    person.own()
    names = Personal(former.name), Personal(person.name)
    record(actor, OwnerChanged(former.pk, person.pk, *names))
