"""Customer groups, and what uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tenantry.kernel import registry, scope
from tenantry.kernel.errors import Missing
from tenantry.kernel.offers import GroupUse
from tenantry.kernel.text import Text
from tenantry.portal.access.models import RoleGroup
from tenantry.portal.customers.models import Customer, CustomerGroup
from tenantry.portal.people.models import Person


def roles_using(groups: Iterable[int]) -> Mapping[int, int]:
    """How many roles reach each of these groups."""
    counted = RoleGroup.objects.filter(group_id__in=groups).values("group_id").annotate(count=Count("role"))
    return {row["group_id"]: row["count"] for row in counted}


def uses(groups: Iterable[int]) -> dict[int, list[tuple[Text, int]]]:
    """What uses each of these groups, as title and count; groups that nothing uses are left out."""
    wanted = list(groups)
    found: dict[int, list[tuple[Text, int]]] = {}
    for offer in registry.offers(GroupUse):
        for group, count in offer.count(wanted).items():
            found.setdefault(group, []).append((offer.title, count))
    return found


def stamp(group: CustomerGroup) -> str:
    """Which state of a group a form shows."""
    return group.changed_at.isoformat()


def group(group_id: int) -> CustomerGroup:
    """One customer group of the partner; Missing for any other."""
    found = CustomerGroup.objects.filter(pk=group_id).first()
    if found is None:
        raise Missing
    return found


def groups() -> QuerySet[CustomerGroup]:
    """Every customer group, with how many of the person's own customers it holds."""
    seen = Count("members", filter=Q(members__customer__in=_own_customers()))
    return CustomerGroup.objects.annotate(held=seen).order_by("name")


def _own_customers() -> QuerySet[Customer]:
    """What a page of the whole partner tells of customers stops at the person's own, whatever the page asks for.

    A disconnected customer keeps its groups and is in no list.
    """
    with scope.narrowed("customers.view"):
        return Customer.objects.filter(state__in=Customer.SHOWN)


@dataclass(frozen=True)
class Movement:
    """What saving a group would move, and whose view of customers would change."""

    entering: list[Customer]
    leaving: list[Customer]
    people: list[Person]


def group_changes(group: CustomerGroup | None, entering: Iterable[int], leaving: Iterable[int]) -> Movement:
    """The customers that would enter and leave, and the active people whose roles reach the group."""
    joins, leaves = (list(_own_customers().filter(pk__in=ids).order_by("sort_key")) for ids in (entering, leaving))
    reached = Person.objects.active().filter(holdings__role__scopes__group=group) if group else Person.objects.none()
    people = list(reached.distinct().order_by("first_name", "last_name")) if joins or leaves else []
    return Movement(joins, leaves, people)


def members(group: CustomerGroup) -> frozenset[int]:
    """Ids of the customers in the group that the actor may see."""
    seen = _own_customers().filter(memberships__group=group)
    return frozenset(seen.values_list("pk", flat=True))


def group_names() -> Mapping[int, str]:
    """The name of every customer group."""
    return dict(CustomerGroup.objects.values_list("pk", "name"))


def candidates(wished: frozenset[int], find: str, limit: int) -> list[Customer]:
    """Customers to tick: those found by name; without a search the wished ones first, then others."""
    rows = _own_customers().order_by("sort_key")
    for word in find.split():
        rows = rows.filter(organisation__icontains=word)
    if find:
        return list(rows[:limit])
    chosen = list(rows.filter(pk__in=wished)[:limit])
    return chosen + list(rows.exclude(pk__in=wished)[: limit - len(chosen)])
