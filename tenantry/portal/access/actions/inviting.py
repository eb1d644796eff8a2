"""Letting people in: by mail, with the roles that they will hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.facts import Personal, record
from tenantry.kernel.residency import claims
from tenantry.kernel.scope import whole
from tenantry.kernel.text import LANGUAGES, _
from tenantry.portal.access import rules
from tenantry.portal.access.models import Role
from tenantry.portal.access.resolver import recheck
from tenantry.portal.partners.models import Partner
from tenantry.portal.people import rules as people_rules
from tenantry.portal.people.facts import InvitationResent, PersonInvited
from tenantry.portal.people.models import Invitation, Person


@dataclass(frozen=True)
class Invitees:
    """People to invite: addresses as typed, one a line, and the language of their mails."""

    addresses: str
    language: str


@whole
def invite(actor: Actor, wish: Invitees, roles: Sequence[Role]) -> list[Person]:
    """Invite 1 to 50 people to these roles; refuses all of them for one bad address, and one that is here already.

    An address of another partner is not told apart: only the mail says so.
    """
    actor.require("people.manage")
    recheck(actor, "people.manage")
    addresses = people_rules.read_addresses(wish.addresses)
    rules.check_roles_of_person(len(roles))
    if wish.language not in dict(LANGUAGES):
        raise Refused(_("Choose one of the languages."), field="language")
    _check_new(addresses)
    organisation = Partner.objects.get().name
    return [_invite(actor, address, wish.language, organisation, roles) for address in addresses]


def _check_new(addresses: list[str]) -> None:
    keys = [people_rules.email_key(address) for address in addresses]
    here = Person.objects.filter(email_key__in=keys).order_by("email_key").first()
    if here is not None:
        raise Refused(_("{address} is here already."), field="emails", address=here.email)


def _invite(actor: Actor, address: str, language: str, organisation: str, roles: Sequence[Role]) -> Person:
    claims.claim("email", address, actor.partner, actor.region)
    person = Person.add(email=address, organisation=organisation, language=language)
    for role in roles:
        role.give(person.pk)
    Invitation.make(person, actor.id)
    record(actor, PersonInvited(person.pk, Personal(person.email), tuple(role.pk for role in roles)))
    transaction.on_commit(lambda: claims.confirm("email", address, actor.partner), using=actor.region)
    return person


@whole
def resend_invitation(actor: Actor, person: Person) -> None:
    """Mail a new link and void the former; refuses for who is not invited, and a sixth mail on one day."""
    actor.require("people.manage")
    recheck(actor, "people.manage")
    row = Invitation.objects.select_for_update().filter(person=person).first()
    if row is None or person.state != Person.State.INVITED:
        raise Refused(_("This person has accepted already, or was never invited."))
    row.resend()
    record(actor, InvitationResent(person.pk))
