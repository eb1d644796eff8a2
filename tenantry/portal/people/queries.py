"""What is asked about people and their sessions."""

from __future__ import annotations

from tenantry.kernel.errors import Missing
from tenantry.portal.people.models import Person, Session


def person(person_id: int) -> Person:
    """One person of the partner; Missing for any other."""
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise Missing
    return found


def sessions(person_id: int) -> list[Session]:
    """The sessions that still admit the person, the one last used first."""
    return list(Session.objects.alive().filter(person_id=person_id).order_by("-seen_at"))


def session(person_id: int, session_id: int) -> Session:
    """One such session; Missing for an ended one or somebody else's."""
    found = Session.objects.alive().filter(person_id=person_id, pk=session_id).first()
    if found is None:
        raise Missing
    return found
