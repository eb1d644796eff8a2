"""Ending sessions."""

from __future__ import annotations

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.facts import Code, record
from tenantry.kernel.scope import whole
from tenantry.portal.people import facts
from tenantry.portal.people.models import Session


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
def end_other_sessions(actor: Actor, kept: Session, reason: str = Session.End.ENDED) -> int:
    """End all of the person's sessions but this one; returns how many."""
    actor.require(OWN, kept)
    others = Session.objects.alive().filter(person_id=actor.id).exclude(pk=kept.pk)
    ended = [session for session in others if session.close(reason)]
    for session in ended:
        record(actor, facts.SessionEnded(actor.id, session.pk, Code(reason)))
    return len(ended)
