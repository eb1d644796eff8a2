"""Coming in by a mailed link: accepting an invitation, choosing a new password."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.actor import LINKED, VISITOR, Actor
from tenantry.kernel.errors import Gone, Refused
from tenantry.kernel.facts import Code, record
from tenantry.kernel.residency import claims
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.partners.models import Partner
from tenantry.portal.people import facts, rules
from tenantry.portal.people.models import Credential, Invitation, Person, Reset, Session, SignInTries


@dataclass(frozen=True)
class Newcomer:
    """What an invited person says of itself."""

    first_name: str
    last_name: str
    password: str


@whole
def accept_invitation(actor: Actor, row: Invitation, newcomer: Newcomer) -> None:
    """Make the invited person an active one; refuses weak passwords and an address that another partner holds."""
    actor.require(LINKED, row)
    if not row.waits:
        raise Gone
    person = row.person
    rules.check_length(newcomer.first_name, "first_name", 1, 60)
    rules.check_length(newcomer.last_name, "last_name", 1, 60)
    if not claims.claim("email", person.email, actor.partner, actor.region).ours:
        raise Refused(_("This address is used for another organisation. Have another address of yours invited."))
    Credential.give(person, newcomer.password, Partner.objects.get().name)
    claims.confirm("email", person.email, actor.partner)
    person.accept(newcomer.first_name, newcomer.last_name)
    row.use()
    record(actor, facts.PersonActivated(person.pk))


@whole
def ask_invitation_again(actor: Actor, row: Invitation) -> None:
    """Mail a new link to who was invited, where it has not accepted; refuses a sixth mail on one day."""
    actor.require(LINKED, row)
    if row.person.state == Person.State.INVITED:
        row.resend()
        record(actor, facts.InvitationResent(row.person_id))


@whole
def ask_reset(actor: Actor, email: str) -> None:
    """Mail a link for a new password to a local account; nothing happens for any other address, nor a fourth time."""
    actor.require(VISITOR)
    person = Person.objects.active().known_as(email).first()
    if person is not None:
        _ask_reset(actor, person)


@whole
def ask_reset_again(actor: Actor, row: Reset) -> None:
    """The same, by a link that has lapsed."""
    actor.require(LINKED, row)
    if row.person.state == Person.State.ACTIVE:
        _ask_reset(actor, row.person)


def _ask_reset(actor: Actor, person: Person) -> None:
    if not Credential.objects.filter(person=person).exists():
        return  # a Microsoft account has no password here
    reset = Reset.make(person)
    if reset is not None:
        record(actor, facts.ResetRequested(person.pk, Code("password"), reset.pk))


@whole
def reset_password(actor: Actor, row: Reset, password: str) -> None:
    """Replace a forgotten password; all sessions and locks end, every other link is void. A second factor stays."""
    actor.require(LINKED, row)
    person = row.person
    if person.state != Person.State.ACTIVE:
        raise Gone
    Credential.objects.get(person=person).change(password, Partner.objects.get().name)
    row.use()
    for other in Reset.objects.filter(person=person, used_at__isnull=True):
        other.void()
    for tries in SignInTries.objects.filter(person=person):
        tries.forget()
    record(actor, facts.PasswordReset(person.pk))
    for session in Session.objects.alive().filter(person=person):
        session.close(Session.End.PASSWORD)
        record(actor, facts.SessionEnded(person.pk, session.pk, Code("password")))
