"""The people of the partner as the list of users shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.kernel import clock
from tenantry.kernel.errors import Missing
from tenantry.kernel.text import lazy as _
from tenantry.portal.access.models import Role, RoleHolder
from tenantry.portal.people.models import Person, SignInTries

STATES = (
    ("active", _("Active")),
    ("locked", _("Locked")),
    ("deactivated", _("Deactivated")),
)


@dataclass(frozen=True)
class Tab:
    """Everybody, or the holders of one role."""

    role: Role | None
    count: int


def users() -> QuerySet[Person]:
    """People of the partner, each with whether a lock holds, in `locked`."""
    lock = SignInTries.objects.filter(person=OuterRef("pk"), locked_until__gt=clock.now())
    return Person.objects.filter(kind=Person.Kind.PARTNER).annotate(locked=Exists(lock))


def matching(rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
    """Those in whose name or address each word of the wish stands."""
    for word in wish.split():
        rows = rows.filter(Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return rows


def in_states(rows: QuerySet[Any], states: list[str]) -> QuerySet[Any]:
    """Those in one of the states; `locked` stands beside them."""
    wished = Q(state__in=states)
    return rows.filter(wished | Q(locked=True) if "locked" in states else wished)


def user(person_id: int) -> Person:
    """One of them, with whether a lock holds; Missing for any other."""
    found = users().filter(pk=person_id).first()
    if found is None:
        raise Missing
    return found


def roles_of(people: list[int]) -> dict[int, list[Role]]:
    """The roles that each of these people holds, the built-in one first."""
    found: dict[int, list[Role]] = {person: [] for person in people}
    held = RoleHolder.objects.filter(person_id__in=people).select_related("role")
    for holder in held.order_by("-role__builtin", "role__name"):
        found[holder.person_id].append(holder.role)
    return found


def tabs() -> list[Tab]:
    """Everybody first, then the built-in role, then the others by name, each with how many hold it."""
    people = Person.objects.filter(kind=Person.Kind.PARTNER)
    roles = Role.objects.counted().order_by("-builtin", "name")
    return [Tab(None, people.count()), *(Tab(role, role.held_by) for role in roles)]
