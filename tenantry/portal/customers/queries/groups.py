"""Customer groups, as far as somebody's scope reaches."""

from __future__ import annotations

from django.db.models import QuerySet

from tenantry.kernel.actor import Actor
from tenantry.portal.customers.models import Customer, CustomerGroup


def own_groups(actor: Actor, permission: str) -> frozenset[int] | None:
    """The groups on which a limited person holds the permission; None for one who holds it on all customers."""
    if actor.everywhere(permission):
        return None
    return frozenset[int]().union(*(grant.groups or () for grant in actor.grants if permission in grant.permissions))


def groups_for(actor: Actor, permission: str = "customers.view") -> QuerySet[CustomerGroup]:
    """The static groups that the person may name, by name."""
    groups = CustomerGroup.objects.filter(kind=CustomerGroup.Kind.STATIC).order_by("name")
    own = own_groups(actor, permission)
    return groups if own is None else groups.filter(pk__in=own)


def static_groups(wished: frozenset[int]) -> list[int]:
    """Those of the ids that are static groups of the partner."""
    found = CustomerGroup.objects.filter(pk__in=wished, kind=CustomerGroup.Kind.STATIC)
    return list(found.order_by("pk").values_list("pk", flat=True))


def groups_of(customer: Customer) -> QuerySet[CustomerGroup]:
    """The groups that hold the customer."""
    return CustomerGroup.objects.filter(members__customer=customer).order_by("name")


def names_of_groups(groups: list[int]) -> list[str]:
    """The names of these groups, in order."""
    return list(CustomerGroup.objects.filter(pk__in=groups).order_by("name").values_list("name", flat=True))
