"""The people of the partner as the list of users shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from tenantry.kernel import clock, registry
from tenantry.kernel.errors import Missing
from tenantry.kernel.offers import OwnedThings
from tenantry.kernel.text import lazy as _
from tenantry.portal.access.models import Role, RoleHolder
from tenantry.portal.notifications.models import Mail
from tenantry.portal.people.models import Authenticator, Passkey, Person, SignInTries

STATES = (
    ("active", _("Active")),
    ("locked", _("Locked")),
    ("invited", _("Invited")),
    ("expired", _("Expired")),
    ("deactivated", _("Deactivated")),
)


@dataclass(frozen=True)
class Tab:
    """Everybody, or the holders of one role."""

    role: Role | None
    count: int


def users() -> QuerySet[Person]:
    """People of the partner, each with its `status`, whether a lock holds, and what became of its last mail, `mailed`.

    An invitation expires by the clock, so that this state is looked at and never written.
    """
    now = clock.now()
    lock = SignInTries.objects.filter(person=OuterRef("pk"), locked_until__gt=now)
    expired = When(state=Person.State.INVITED, invitation__ends_at__lte=now, then=Value("expired"))
    last = Mail.objects.filter(person=OuterRef("pk")).order_by("-made_at", "-pk").values("state")[:1]
    people = Person.objects.filter(kind=Person.Kind.PARTNER)
    return people.annotate(locked=Exists(lock), status=Case(expired, default=F("state")), mailed=Subquery(last))


def matching(rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
    """Those in whose name or address each word of the wish stands."""
    for word in wish.split():
        rows = rows.filter(Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return rows


def in_states(rows: QuerySet[Any], states: list[str]) -> QuerySet[Any]:
    """Those in one of the states; `locked` stands beside them."""
    wished = Q(status__in=states)
    return rows.filter(wished | Q(locked=True) if "locked" in states else wished)


def holding(rows: QuerySet[Any], roles: list[str]) -> QuerySet[Any]:
    """Those who hold one of the roles."""
    held = RoleHolder.objects.filter(person=OuterRef("pk"), role_id__in=roles)
    return rows.filter(Exists(held))


def away(rows: QuerySet[Any], days: list[str]) -> QuerySet[Any]:
    """Those who have not signed in for so many days, those who never did among them."""
    since = clock.now() - timedelta(days=min(int(wished) for wished in days))
    return rows.exclude(last_signed_in_at__gt=since)


def with_factors(rows: QuerySet[Any], kinds: list[str]) -> QuerySet[Any]:
    """Those whose second factor is one of these; `none` are those without any."""
    has = {"app": Exists(Authenticator.objects.filter(person=OuterRef("pk"))),
           "passkey": Exists(Passkey.objects.filter(person=OuterRef("pk")))}  # fmt: skip
    wished = Q(*[has[kind] for kind in kinds if kind in has], _connector=Q.OR) if set(kinds) & set(has) else Q(pk=None)
    return rows.filter(wished | Q(~has["app"] & ~has["passkey"]) if "none" in kinds else wished)


def without(role: Role) -> QuerySet[Person]:
    """Those who do not hold a role and may be given it."""
    held = RoleHolder.objects.filter(person=OuterRef("pk"), role=role)
    return users().filter(~Exists(held)).exclude(state=Person.State.DEACTIVATED)


def owned(person_id: int) -> list[str]:
    """What a person owns, as the folders that hold it say."""
    return [f"{offer.title}: {name}" for offer in registry.offers(OwnedThings) for name in offer.list(person_id)]


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
