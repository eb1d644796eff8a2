"""The people of the partner as the list of users shows them."""

from __future__ import annotations

from dataclasses import dataclass

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


def users(role_id: int | None = None, find: str = "", state: str = "") -> QuerySet[Person]:
    """People of the partner, those of a role, found by name or address, in a state; `locked` counts as one."""
    lock = SignInTries.objects.filter(person=OuterRef("pk"), locked_until__gt=clock.now())
    rows = Person.objects.filter(kind=Person.Kind.PARTNER).annotate(locked=Exists(lock))
    if role_id:
        rows = rows.filter(holdings__role_id=role_id)
    for word in find.split():
        rows = rows.filter(Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    if state == "locked":
        return rows.filter(locked=True)
    return rows.filter(state=state) if state in dict(STATES) else rows


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
