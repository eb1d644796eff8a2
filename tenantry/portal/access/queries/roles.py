"""What roles give, and who holds them."""

from __future__ import annotations

from django.db.models import QuerySet

from tenantry.kernel.actor import Grant
from tenantry.kernel.errors import Missing
from tenantry.kernel.models import Given, Written
from tenantry.kernel.text import Text, _
from tenantry.portal.access import rules
from tenantry.portal.access.models import Role, RoleHolder
from tenantry.portal.access.queries.catalogue import catalogue
from tenantry.portal.customers.models import GroupMember
from tenantry.portal.people.models import Person


def grants(person_id: int) -> tuple[Grant, ...]:
    """What each role of a person gives it."""
    return tuple(grant(role) for role in _HELD.all(person=person_id))


_HELD = Written[Role](lambda: Role.objects.of(Given("person")).with_groups())


def grant(role: Role) -> Grant:
    """What a role gives; a role that has lost all its groups gives nothing on any customer."""
    if role.builtin:
        return Grant(frozenset(catalogue()), None)
    return Grant(rules.held(role.permissions, catalogue()), None if role.everywhere else frozenset(role.reach))


def holders(permission: str, customer: int | None) -> list[int]:
    """Ids of the active people who hold a permission, on a customer where one is named."""
    groups = _groups_of(customer) if customer is not None else set()
    roles = [role.pk for role in Role.objects.with_groups() if _reaches(grant(role), permission, customer, groups)]
    active = Person.objects.active().filter(holdings__role_id__in=roles)
    return list(active.values_list("pk", flat=True).distinct())


def _groups_of(customer: int) -> set[int]:
    return set(GroupMember.of_partner.filter(customer_id=customer).values_list("group_id", flat=True))


def _reaches(given: Grant, permission: str, customer: int | None, groups: set[int]) -> bool:
    if permission not in given.permissions:
        return False
    anywhere = customer is None or given.groups is None or catalogue()[permission].scope != "C"
    return anywhere or bool(groups & (given.groups or frozenset()))


def role(role_id: int) -> Role:
    """One role of the partner, with the groups it reaches; Missing for any other."""
    found = Role.objects.with_groups().filter(pk=role_id).first()
    if found is None:
        raise Missing
    return found


def administrators() -> Role:
    """The built-in role."""
    return Role.objects.get(builtin=True)


def active_administrators() -> set[int]:
    """Ids of the active people who hold the built-in role."""
    held = RoleHolder.objects.filter(role__builtin=True, person__state=Person.State.ACTIVE)
    return set(held.values_list("person_id", flat=True))


def role_names(person_id: int) -> list[str]:
    """Names of the roles that a person holds, the built-in one first."""
    return [str(title(role)) for role in Role.objects.of(person_id).order_by("-builtin", "name")]


def roles() -> QuerySet[Role]:
    """Every role, with the groups it reaches and how many people hold it."""
    return Role.objects.with_groups().counted().order_by("-builtin", "name")


def changed_by(role: Role) -> str:
    """Who changed a role last; empty where that was nobody of the partner."""
    person = Person.objects.filter(pk=role.changed_by).first()
    return person.name if person else ""


def title(role: Role) -> Text:
    """What a role is called in the reader's language; only the built-in one is translated."""
    return _("Administrators") if role.builtin else role.name
