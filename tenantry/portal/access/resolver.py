"""Who holds what on which customers: the one place, reached from below through `kernel/ports.py`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Subquery

from tenantry.kernel import scope
from tenantry.kernel.actor import Actor, Grant
from tenantry.kernel.errors import Missing, NotAllowed
from tenantry.kernel.facts import Code, record
from tenantry.kernel.models import Given, Written
from tenantry.portal.access import queries
from tenantry.portal.access.facts import AccessRefused
from tenantry.portal.access.models import Refusal
from tenantry.portal.customers.models import Customer, GroupMember
from tenantry.portal.partners.models import Partner
from tenantry.portal.people.models import Person


def _member() -> QuerySet[Person]:
    members = Person.objects.active().filter(pk=Given("person"), kind=Person.Kind.PARTNER)
    return members.annotate(can=Subquery(Partner.objects.values("capabilities")[:1]))


_PERSON = Written(_member)


class AccessResolver:
    """One role must hold both: a permission counts on a customer only where a single role gives it there."""

    def actor(self, person_id: int) -> Actor:
        """The person as an actor with its present roles; Missing unless it is an active person of the partner."""
        person: Any = _PERSON.first(person=person_id)
        if person is None:
            raise Missing
        opened, grants = scope.current(), queries.grants(person_id)
        return Actor("person", person.pk, person.name, opened.partner, opened.region, grants, opened.actor.address,
                     areas=_areas(person.can, grants))  # fmt: skip

    def customers(self, actor: Actor, permission: str) -> QuerySet[Any, Any]:
        """Ids of the customers on which the actor holds the permission, as a subquery."""
        if actor.everywhere(permission):
            return Customer.of_partner.values_list("pk", flat=True)
        return _members(actor, permission).values_list("customer_id", flat=True)

    def may(self, actor: Actor, permission: str, thing: Any) -> bool:
        """Whether a single role gives the permission on the thing's customer; without one, whether any role does."""
        customer = customer_of(thing)
        if customer is None or not actor.holds(permission) or actor.everywhere(permission):
            return actor.holds(permission)
        known = queries.catalogue().get(permission)
        if known is not None and known.scope != "C":
            return True
        return _members(actor, permission).filter(customer_id=customer).exists()

    def holders(self, permission: str, thing: Any) -> list[int]:
        """Ids of the active people who hold the permission on the thing."""
        return queries.holders(permission, customer_of(thing))

    def refused(self, actor: Actor, permission: str) -> None:
        """Record in the open scope that the actor was refused, at most once a minute for a permission."""
        count = Refusal.count_one(actor.kind, actor.id, permission)
        if count:
            record(actor, AccessRefused(Code(permission), count))


def recheck(actor: Actor, permission: str) -> None:
    """Take the partner's lock, then ask again: of two who take a permission from each other, one is too late (403)."""
    Partner.objects.select_for_update().get()
    if actor.kind != "person":
        return
    try:
        fresh = RESOLVER.actor(actor.id)
    except Missing as error:
        raise NotAllowed(permission) from error
    fresh.require(permission)


def customer_of(thing: Any) -> int | None:
    """The customer that a thing is, names by its id (engines know no more) or belongs to; None for the partner's."""
    if isinstance(thing, int):
        return thing
    found: int | None = thing.pk if isinstance(thing, Customer) else getattr(thing, "customer_id", None)
    return found


def _areas(capabilities: list[str], grants: tuple[Grant, ...]) -> frozenset[str]:
    """What the partner's capabilities open; of permissions for the Licenses area, once there are any, one is needed."""
    opened = {Partner.AREAS[capability] for capability in capabilities}
    needed = {name for name, known in queries.catalogue().items() if known.scope == "L"}
    if needed and not any(needed & grant.permissions for grant in grants):
        opened.discard("licenses")
    return frozenset(opened)


def _members(actor: Actor, permission: str) -> QuerySet[GroupMember]:
    groups = frozenset[int]().union(*(grant.groups or () for grant in actor.grants if permission in grant.permissions))
    return GroupMember.of_partner.filter(group_id__in=groups)


RESOLVER = AccessResolver()
