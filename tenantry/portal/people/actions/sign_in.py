"""Proving who one is: at sign-in, step by step, and again before a sensitive act."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.actor import OWN, VISITOR, Actor
from tenantry.kernel.facts import Code, Personal, record
from tenantry.portal.partners.models import Policy
from tenantry.portal.people import facts, queries, rules
from tenantry.portal.people.models import (
    Authenticator,
    Ceremony,
    Credential,
    KnownBrowser,
    Passkey,
    Person,
    RecoveryCode,
    Session,
    SignInTries,
)
from tenantry.portal.people.models.credential import spend_as_long


@dataclass(frozen=True)
class Browser:
    """What asks: its user agent, and the token of the long-lived cookie by which a known browser is told."""

    agent: str = ""
    token: str = ""


@dataclass(frozen=True)
class Opened:
    """A session that has just begun: whose it is, where it stands, and the key that opens it."""

    partner: int
    region: str
    key: str
    person: int


@dataclass(frozen=True)
class Halfway:
    """The password was right and a second factor is owed; void once the password is another (`stamp`)."""

    partner: int
    region: str
    person: int
    stamp: float


def sign_in(actor: Actor, email: str, password: str, browser: Browser) -> Opened | Halfway | None:
    """Open a session for the person whose password this is; None when refused, which is recorded and counted."""
    actor.require(VISITOR)
    person = Person.objects.known_as(email).filter(kind=Person.Kind.PARTNER).first()
    credential = Credential.objects.filter(person=person).first() if person else None
    if person is None or credential is None:
        spend_as_long(password)
        return None
    tries = _tries(person, browser)
    if _refused(actor, person, tries, right=credential.matches(password)):
        return None
    if queries.second_factors([person.pk])[person.pk]:
        return Halfway(actor.partner, actor.region, person.pk, credential.set_at.timestamp())
    tries.forget()
    return _begin(actor, person, browser, "password")


def sign_in_with_code(actor: Actor, half: Halfway, code: str, browser: Browser) -> Opened | None:
    """Open the session of whom a right password has brought halfway; None when refused, which counts as a try."""
    actor.require(VISITOR)
    person = Person.objects.filter(pk=half.person).first()
    credential = Credential.objects.filter(person=person).first() if person else None
    if person is None or credential is None or credential.set_at.timestamp() != half.stamp:
        return None
    tries = _tries(person, browser)
    method = "" if tries.locked else _spend_code(actor, person, code)
    if _refused(actor, person, tries, right=bool(method)):
        return None
    tries.forget()
    return _begin(actor, person, browser, method)


def sign_in_with_passkey(actor: Actor, ceremony: Ceremony, handle: bytes, browser: Browser) -> Opened | None:
    """Open a session for whom the passkey names and proves; None when refused. No lock holds for passkeys."""
    actor.require(VISITOR)
    person = Person.objects.filter(handle=handle, kind=Person.Kind.PARTNER).first()
    if person is None:
        return None
    admitted, active = Policy.objects.get().admits(actor.address), person.state == Person.State.ACTIVE
    right = Passkey.proves(person.pk, ceremony)
    reason = rules.refusal(right=right, locked=False, active=active, admitted=admitted)
    if reason:
        record(actor, facts.SignInFailed(person.pk, Code(reason)))
        return None
    return _begin(actor, person, browser, "passkey")


def prove(actor: Actor, session: Session, password: str, code: str, browser: Browser) -> bool:
    """Renew the session's proof by password and, where there is one, second factor; a wrong one counts as a try."""
    actor.require(OWN, session)
    person = Person.objects.get(pk=actor.id)
    tries, credential = _tries(person, browser), Credential.objects.filter(person=person).first()
    right = credential is not None and credential.matches(password)
    if right and not tries.locked and queries.second_factors([person.pk])[person.pk]:
        right = bool(_spend_code(actor, person, code))
    if _refused(actor, person, tries, right=right):
        return False
    tries.forget()
    session.prove()
    return True


def prove_with_passkey(actor: Actor, session: Session, ceremony: Ceremony) -> bool:
    """Renew the session's proof by one of the person's passkeys; False, and recorded, when it is none of them."""
    actor.require(OWN, session)
    if not Passkey.proves(actor.id, ceremony):
        record(actor, facts.SignInFailed(actor.id, Code("wrong")))
        return False
    session.prove()
    return True


def _tries(person: Person, browser: Browser) -> SignInTries:
    return SignInTries.of(person, KnownBrowser.class_of(person, browser.token))


def _refused(actor: Actor, person: Person, tries: SignInTries, *, right: bool) -> bool:
    admitted = Policy.objects.get().admits(actor.address)
    active = person.state == Person.State.ACTIVE
    reason = rules.refusal(right=right, locked=tries.locked, active=active, admitted=admitted)
    if reason:
        record(actor, facts.SignInFailed(person.pk, Code(reason)))
    until = tries.count_wrong() if reason == "wrong" else None
    if until is not None:
        record(actor, facts.PersonLocked(person.pk, until))
    return bool(reason)


def _spend_code(actor: Actor, person: Person, code: str) -> str:
    """By what the code proves the second factor; empty for a wrong or used one."""
    if Authenticator.accepts(person.pk, code):
        return "code"
    if not RecoveryCode.spend(person.pk, code):
        return ""
    if RecoveryCode.left(person.pk) == rules.FEW_LEFT:
        record(actor, facts.RecoveryCodesLow(person.pk, rules.FEW_LEFT))
    return "recovery"


def _begin(actor: Actor, person: Person, browser: Browser, method: str) -> Opened:
    policy = Policy.objects.get()
    known = Actor("person", person.pk, person.name, actor.partner, actor.region, (), actor.address)
    if not policy.concurrent:
        _end_elsewhere(known)
    session, key = Session.open(person, policy, method=method, address=actor.address, browser=browser.agent)
    person.signed_in()
    record(known, facts.SignedIn(person.pk, session.pk, Code(method)))
    _meet(known, person, session, browser)
    return Opened(actor.partner, actor.region, key, person.pk)


def _end_elsewhere(known: Actor) -> None:
    for session in Session.objects.alive().filter(person_id=known.id):
        if session.close(Session.End.ELSEWHERE):
            record(known, facts.SessionEnded(known.id, session.pk, Code("elsewhere")))


def _meet(known: Actor, person: Person, session: Session, browser: Browser) -> None:
    if not KnownBrowser.class_of(person, browser.token):
        record(known, facts.SignedInNewPlace(person.pk, session.pk, Personal(session.browser)))
    if browser.token:
        KnownBrowser.meet(person, browser.token)
