"""What a person proves itself with besides a password: adding it, taking it away."""

from __future__ import annotations

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.facts import Code, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.partners.models import Policy
from tenantry.portal.people import facts, queries, rules
from tenantry.portal.people.models import Authenticator, Ceremony, Passkey, Person, RecoveryCode


@whole
def add_authenticator(actor: Actor, secret: str, code: str) -> list[str]:
    """Take an authenticator app on; returns recovery codes where there were none. Refuses a wrong code."""
    actor.require(OWN)
    before = queries.factors(actor.id)
    if before.app:
        raise Refused(_("You have an authenticator app already. Remove it before you add another."))
    if not Authenticator.add(actor.id, secret, code):
        raise Refused(_("Code not accepted."), field="code")
    record(actor, facts.FactorAdded(actor.id, Code("app")))
    return [] if before.any else _new_codes(actor)


@whole
def remove_authenticator(actor: Actor) -> None:
    """Forget the authenticator app; refused for the last factor while the partner demands one."""
    actor.require(OWN)
    before = queries.factors(actor.id)
    if not before.app:
        raise Refused(_("You have no authenticator app."))
    _check_another_left(len(before.passkeys))
    Authenticator.objects.filter(person_id=actor.id).delete()
    record(actor, facts.FactorRemoved(actor.id, Code("app")))
    _void_codes_of_nothing(actor)


@whole
def add_passkey(actor: Actor, ceremony: Ceremony, handle: bytes, name: str) -> list[str]:
    """Take a passkey on; returns recovery codes where there were none. Refuses an eleventh, and a false answer."""
    actor.require(OWN)
    rules.check_length(name, "name", 1, 60)
    person = Person.objects.select_for_update().get(pk=actor.id)
    before, made = queries.factors(person.pk), ceremony.made()
    rules.check_passkeys(len(before.passkeys))
    if made is None or (person.handle is not None and bytes(person.handle) != handle):
        raise Refused(_("This passkey was not accepted. Try again."))
    if Passkey.objects.filter(credential_id=made.credential_id).exists():
        raise Refused(_("This passkey is here already."))
    person.answer_to(handle)
    Passkey.add(person, name, made)
    record(actor, facts.FactorAdded(actor.id, Code("passkey")))
    return [] if before.any else _new_codes(actor)


@whole
def remove_passkey(actor: Actor, passkey: Passkey) -> None:
    """Forget a passkey; refused for the last factor while the partner demands one."""
    actor.require(OWN, passkey)
    before = queries.factors(actor.id)
    _check_another_left(len(before.passkeys) - 1 + (before.app is not None))
    passkey.delete()
    record(actor, facts.FactorRemoved(actor.id, Code("passkey")))
    _void_codes_of_nothing(actor)


@whole
def make_recovery_codes(actor: Actor) -> list[str]:
    """Ten new recovery codes, told once; the former ones are void. Refuses a person without a second factor."""
    actor.require(OWN)
    if not queries.factors(actor.id).any:
        raise Refused(_("Recovery codes stand in for a second factor. Add one first."))
    return _new_codes(actor)


@whole
def reset_second_factor(actor: Actor, person: Person) -> None:
    """Take every second factor from a person who has lost it; it signs in by password alone until it adds one."""
    actor.require("people.manage")
    if person.state != Person.State.ACTIVE or not queries.factors(person.pk).any:
        raise Refused(_("This person has no second factor that could be reset."))
    for model in (Authenticator, Passkey, RecoveryCode):
        model.objects.filter(person_id=person.pk).delete()
    record(actor, facts.MfaReset(person.pk))


def _new_codes(actor: Actor) -> list[str]:
    record(actor, facts.RecoveryCodesMade(actor.id))
    return RecoveryCode.make(actor.id)


def _check_another_left(others: int) -> None:
    if not others and Policy.objects.get().second_factor:
        raise Refused(_("Your organisation asks for a second factor. Add another one before you remove this."))


def _void_codes_of_nothing(actor: Actor) -> None:
    if not queries.factors(actor.id).any:
        RecoveryCode.objects.filter(person_id=actor.id).delete()
