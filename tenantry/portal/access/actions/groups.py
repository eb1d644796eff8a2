"""Customer groups: made, changed and deleted where it is known who uses them."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel import ports
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.access import queries, rules
from tenantry.portal.access.resolver import recheck
from tenantry.portal.customers.facts import CustomerGroupChanged, CustomerJoinedGroup, CustomerLeftGroup
from tenantry.portal.customers.models import Customer, CustomerGroup, GroupMember


@dataclass(frozen=True)
class GroupWish:
    """A static group as somebody wants it; of the customers, those that the person may see count.

    `known` are the members that the form was made of: one that joined since stays.
    """

    name: str
    description: str
    colour: int
    customers: frozenset[int]
    known: frozenset[int] | None = None


@whole
def create_group(actor: Actor, wish: GroupWish) -> CustomerGroup:
    """Make a static group of customers that the actor may see; refuses a taken name and the 501st."""
    actor.require("access.groups")
    recheck(actor, "access.groups")
    rules.check_room(CustomerGroup.objects.count(), CustomerGroup.MOST)
    _check(wish, taken=CustomerGroup.objects.filter(name__iexact=wish.name).exists())
    group = CustomerGroup.objects.create(name=wish.name, description=wish.description, colour=wish.colour)
    record(actor, CustomerGroupChanged(group.pk, Code("created"), Personal(group.name)))
    _move(actor, group, wish.customers, wish.known)
    return group


@whole
def edit_group(actor: Actor, group: CustomerGroup, wish: GroupWish, stamp: str) -> None:
    """Change a group; refuses a stale form (409), and moves over a guarded group without all customers (403)."""
    actor.require("access.groups")
    recheck(actor, "access.groups")
    group = CustomerGroup.objects.select_for_update().get(pk=group.pk)
    if queries.stamp(group) != stamp:
        raise Conflict(_("Somebody else changed this group."), code="stale")
    _check(wish, taken=CustomerGroup.objects.filter(name__iexact=wish.name).exclude(pk=group.pk).exists())
    group.name, group.description, group.colour = wish.name, wish.description, wish.colour
    group.save()
    record(actor, CustomerGroupChanged(group.pk, Code("changed"), Personal(group.name)))
    _move(actor, group, wish.customers, wish.known)


@whole
def delete_group(actor: Actor, group: CustomerGroup) -> None:
    """Delete a group that nothing uses; its customers stay."""
    actor.require("access.groups")
    group = CustomerGroup.objects.select_for_update().get(pk=group.pk)
    if group.guards or queries.uses([group.pk]):
        raise Refused(_("The group is used. Take it out of the roles that use it first."))
    _move(actor, group, frozenset())
    pk, name = group.pk, group.name
    group.delete()
    record(actor, CustomerGroupChanged(pk, Code("deleted"), Personal(name)))


def _move(actor: Actor, group: CustomerGroup, wished: frozenset[int], before: frozenset[int] | None = None) -> None:
    """Let the group hold these of the customers that the actor may see; the others stay where they are."""
    visible = ports.resolver().customers(actor, "customers.view")
    members = GroupMember.of_partner.filter(group=group)
    present = set(members.filter(customer_id__in=visible).values_list("customer_id", flat=True))
    known = set(Customer.of_partner.filter(pk__in=visible).filter(pk__in=wished).values_list("pk", flat=True))
    joining, leaving = known - present, (present if before is None else present & before) - wished
    if (joining or leaving) and group.guards and not actor.everywhere("access.groups"):
        raise NotAllowed("access.groups", _("Roles use this group: moving customers needs a role over all customers."))
    members.filter(customer_id__in=leaving).delete()
    GroupMember.objects.bulk_create(GroupMember(group=group, customer_id=customer) for customer in sorted(joining))
    for customer in sorted(joining):
        record(actor, CustomerJoinedGroup(customer, group.pk), customer=customer)
    for customer in sorted(leaving):
        record(actor, CustomerLeftGroup(customer, group.pk), customer=customer)


def _check(wish: GroupWish, *, taken: bool) -> None:
    rules.check_name(wish.name)
    rules.check_description(wish.description)
    rules.check_colour(wish.colour)
    rules.check_free(taken)
