"""Signing in and out, and what a person may change of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tenantry.kernel.actor import OWN, VISITOR, Actor
from tenantry.kernel.errors import Conflict, Missing, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.partners.models import Partner, Policy
from tenantry.portal.people import facts, rules
from tenantry.portal.people.models import Credential, Person, Session, SignInTries
from tenantry.portal.people.models.credential import spend_as_long


@dataclass(frozen=True)
class Opened:
    """A session that has just begun: where it stands, and the key that opens it."""

    partner: int
    region: str
    key: str


def sign_in(actor: Actor, email: str, password: str, browser: str) -> Opened | None:
    """Open a session for the person whose password this is; None when refused, which is recorded and counted."""
    actor.require(VISITOR)
    person = Person.objects.known_as(email).filter(kind=Person.Kind.PARTNER).first()
    credential = Credential.objects.filter(person=person).first() if person else None
    if person is None or credential is None:
        spend_as_long(password)
        return None
    tries = SignInTries.of(person)
    right = credential.matches(password)
    refusal = rules.refusal(right=right, locked=tries.locked, active=person.state == Person.State.ACTIVE)
    if refusal:
        _refuse(actor, person, tries, refusal)
        return None
    tries.forget()
    return _begin(actor, person, browser)


def _refuse(actor: Actor, person: Person, tries: SignInTries, reason: str) -> None:
    record(actor, facts.SignInFailed(person.pk, Code(reason)))
    if reason == "wrong":
        until = tries.count_wrong()
        if until is not None:
            record(actor, facts.PersonLocked(person.pk, until))


def _begin(actor: Actor, person: Person, browser: str) -> Opened:
    policy = Policy.objects.get()
    session, key = Session.open(person, policy, method="password", address=actor.address, browser=browser)
    person.signed_in()
    known = Actor("person", person.pk, person.name, actor.partner, actor.region, (), actor.address)
    record(known, facts.SignedIn(person.pk, session.pk, Code("password")))
    return Opened(actor.partner, actor.region, key)


def sign_out(actor: Actor, session: Session) -> None:
    """End the session that the person is in."""
    actor.require(OWN, session)
    if session.close(Session.End.SIGNED_OUT):
        record(actor, facts.SignedOut(actor.id, session.pk))


def end_session(actor: Actor, session: Session) -> None:
    """End one of the person's own sessions from elsewhere."""
    actor.require(OWN, session)
    if session.close(Session.End.ENDED):
        record(actor, facts.SessionEnded(actor.id, session.pk, Code("ended")))


@whole
def end_other_sessions(actor: Actor, kept: Session) -> int:
    """End all of the person's sessions but this one; returns how many."""
    actor.require(OWN, kept)
    return _end_others(actor, kept, Session.End.ENDED)


@whole
def change_password(actor: Actor, kept: Session, present: str, wished: str) -> None:
    """Replace the person's password after proof of the present one; its other sessions end."""
    actor.require(OWN, kept)
    person = Person.objects.get(pk=actor.id)
    tries, credential = SignInTries.of(person), Credential.objects.get(person=person)
    if tries.locked or not credential.matches(present):
        raise Refused(_("This is not your present password."), field="present")
    credential.change(wished, Partner.objects.get().name)
    record(actor, facts.PasswordChanged(actor.id))
    _end_others(actor, kept, Session.End.PASSWORD)


def _end_others(actor: Actor, kept: Session, reason: str) -> int:
    others = Session.objects.alive().filter(person_id=actor.id).exclude(pk=kept.pk)
    ended = [session for session in others if session.close(reason)]
    for session in ended:
        record(actor, facts.SessionEnded(actor.id, session.pk, Code(reason)))
    return len(ended)


@whole
def change_profile(actor: Actor, person: Person, version: int, values: Mapping[str, str]) -> bool:
    """Store what the person says of itself, all or nothing; False when nothing differs. Refuses a stale form (409)."""
    actor.require(OWN, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.version != version:
        raise Conflict(_("Your profile was changed elsewhere since you opened it."))
    rules.check_profile(values)
    changed = {field: value for field, value in values.items() if getattr(person, field) != value}
    if not changed:
        return False
    before = {field: getattr(person, field) for field in changed}
    person.revise(**changed)
    names = tuple(Code(field) for field in sorted(changed))
    record(actor, facts.ProfileChanged(person.pk, names, _json(before), _json(changed)))
    return True


def choose_area(actor: Actor, person: Person, area: str) -> None:
    """Remember which area of the menu the person chose; a way of looking and no fact. Missing for a closed one."""
    actor.require(OWN, person)
    if area == "shared" or not actor.enters(area):
        raise Missing
    person.look_at(area)


def _json(values: Mapping[str, str]) -> Personal:
    return Personal(json.dumps(values, ensure_ascii=False, sort_keys=True))
