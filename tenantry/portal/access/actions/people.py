"""Adding people, and ending and renewing what they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.residency import claims
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.access import queries, rules
from tenantry.portal.access.models import Role
from tenantry.portal.access.resolver import recheck
from tenantry.portal.partners.models import Partner
from tenantry.portal.people import rules as people_rules
from tenantry.portal.people.facts import PersonActivated, PersonDeactivated, PersonInvited, PersonUnlocked, SessionEnded
from tenantry.portal.people.models import Credential, Person, Session, SignInTries
from tenantry.portal.people.models.credential import check_strength


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is to sign in with this password."""

    email: str
    first_name: str
    last_name: str
    password: str
    language: str = ""
    time_zone: str = "UTC"

    def check(self, organisation: str) -> None:
        """Refuse what cannot be a person of this organisation."""
        people_rules.check_email(self.email)
        people_rules.check_length(self.first_name, "first_name", 1, 60)
        people_rules.check_length(self.last_name, "last_name", 1, 60)
        check_strength(self.password, self.email, organisation)

    def write(self, organisation: str, *, owner: bool = False) -> Person:
        """Write it as an active person of the open scope, with its password."""
        person = Person.add(
            email=self.email, first_name=self.first_name, last_name=self.last_name, organisation=organisation,
            language=self.language, time_zone=self.time_zone, state=Person.State.ACTIVE, owner=owner,
        )  # fmt: skip
        Credential.give(person, self.password, organisation)
        return person


@whole
def add_person(actor: Actor, new: NewPerson, roles: Sequence[Role]) -> Person:
    """Add a person who holds these roles; refuses weak passwords, bad addresses and one that is here already.

    An address of another partner is not told apart: its person goes on signing in there.
    """
    actor.require("people.manage")
    recheck(actor, "people.manage")
    organisation = Partner.objects.get().name
    new.check(organisation)
    rules.check_roles_of_person(len(roles))
    if Person.objects.known_as(new.email).exists():
        raise Refused(_("A user with this address is here already."), field="email")
    claims.claim("email", new.email, actor.partner, actor.region)
    person = new.write(organisation)
    for role in roles:
        role.give(person.pk)
    record(actor, PersonInvited(person.pk, Personal(person.email), tuple(role.pk for role in roles)))
    transaction.on_commit(lambda: claims.confirm("email", new.email, actor.partner), using=actor.region)
    return person


@whole
def deactivate(actor: Actor, person: Person) -> None:
    """End what a person may, at once; never oneself, the owner or the last administrator."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    if actor.kind == "person" and actor.id == person.pk:
        raise Refused(_("You cannot deactivate yourself."))
    person.deactivate()
    rules.check_administrators_left(len(queries.active_administrators()))
    record(actor, PersonDeactivated(person.pk))
    for session in Session.objects.alive().filter(person=person):
        session.close(Session.End.DEACTIVATED)
        record(actor, SessionEnded(person.pk, session.pk, Code("deactivated")))


@whole
def activate(actor: Actor, person: Person) -> None:
    """Let a deactivated person sign in again, with the roles it held."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    person.activate()
    record(actor, PersonActivated(person.pk))


@whole
def unlock(actor: Actor, person: Person) -> None:
    """End the lock that wrong passwords brought; refuses where none holds."""
    actor.require("people.manage")
    tries = [row for row in SignInTries.objects.select_for_update().filter(person=person) if row.locked]
    if not tries:
        raise Refused(_("No lock holds for this person."))
    for row in tries:
        row.forget()
    record(actor, PersonUnlocked(person.pk))
