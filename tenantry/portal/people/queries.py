"""What is asked about people and their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tenantry.kernel import scope
from tenantry.kernel.errors import Missing
from tenantry.kernel.models import Given, Written
from tenantry.kernel.offers import KeptView
from tenantry.portal.people.models import (
    Authenticator,
    Invitation,
    Passkey,
    Person,
    RecoveryCode,
    Reset,
    SavedView,
    Session,
)


@dataclass(frozen=True)
class Factors:
    """What a person proves itself with besides a password."""

    app: Authenticator | None
    passkeys: list[Passkey]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is a second factor; recovery codes only stand in for one."""
        return self.app is not None or bool(self.passkeys)


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


def factors(person_id: int) -> Factors:
    """The second factors of one person, its passkeys in the order in which they were added."""
    return Factors(
        Authenticator.objects.filter(person_id=person_id).first(),
        list(Passkey.objects.filter(person_id=person_id).order_by("pk")),
        RecoveryCode.left(person_id),
    )


def passkey(person_id: int, passkey_id: int) -> Passkey:
    """One of the person's passkeys; Missing for somebody else's."""
    found = Passkey.objects.filter(person_id=person_id, pk=passkey_id).first()
    if found is None:
        raise Missing
    return found


def second_factors(person_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The kinds of second factor (`app`, `passkey`) of each of these people; empty for a person without one."""
    ids = list(person_ids)
    held: dict[int, tuple[str, ...]] = dict.fromkeys(ids, ())
    apps = Authenticator.objects.filter(person_id__in=ids).values_list("person_id", flat=True)
    keys = Passkey.objects.filter(person_id__in=ids).values_list("person_id", flat=True)
    for kind, people in (("app", apps), ("passkey", keys.distinct())):
        for person_id in people:
            held[person_id] = (*held[person_id], kind)
    return held


def kept(key: str) -> list[KeptView]:
    """How the person of the open scope keeps a list: its layout first, then its views by name."""
    return [KeptView(*row) for row in _KEPT.all(person=scope.current().actor.id, key=key)]


_KEPT = Written[tuple[int, str, str]](
    lambda: SavedView.objects.of(Given("person")).filter(list=Given("key")).values_list("id", "name", "query")
)


def saved_view(person_id: int, view_id: int) -> SavedView:
    """One of the person's own saved views; Missing for anybody else's, and for a layout, which is no view."""
    found = SavedView.objects.of(person_id).filter(pk=view_id).exclude(name="").first()
    if found is None:
        raise Missing
    return found


def waiting_invitation(person_id: int) -> Invitation | None:
    """The invitation that a person may still accept; None for everybody else."""
    found = Invitation.objects.select_related("person").filter(person_id=person_id).first()
    return found if found is not None and found.waits else None


def open_reset(reset_id: int) -> Reset | None:
    """A reset whose link still leads somewhere; None for a used or expired one."""
    found = Reset.objects.select_related("person").filter(pk=reset_id).first()
    return found if found is not None and found.is_open else None


def names_of_views(person_id: int) -> list[str]:
    """The names of the views of lists that a person keeps."""
    return list(SavedView.objects.of(person_id).exclude(name="").values_list("name", flat=True))
