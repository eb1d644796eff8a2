"""What people keep about customers: information, tags, groups, who manages the tenant."""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.customers import queries, rules
from tenantry.portal.customers.facts import (
    CustomerEdited,
    CustomerJoinedGroup,
    CustomerLeftGroup,
    ManagementModeChanged,
)
from tenantry.portal.customers.models import Customer, CustomerGroup, GroupMember
from tenantry.portal.customers.rules import Information

EDITED = ("organisation", "country", "first_name", "last_name", "email", "phone")


@whole
def edit(actor: Actor, customer: Customer, wish: Information, stamp: str, countries: Iterable[str]) -> None:
    """Change the customer's information and tags; refuses a stale form (409) and what cannot be (422)."""
    actor.require("customers.edit", customer)
    customer = _active(customer)
    if queries.stamp(customer) != stamp:
        raise Conflict(_("Somebody else changed this customer. Reload the page and look again."), code="stale")
    rules.check_information(wish, countries, Customer.Mode.values)
    changed = [name for name in EDITED if getattr(customer, name) != getattr(wish, name)]
    for name in changed:
        setattr(customer, name, getattr(wish, name))
    customer.save()
    if customer.wear(wish.tags):
        changed.append("tags")
    if changed:
        record(actor, CustomerEdited(customer.pk, tuple(Code(name) for name in changed)), customer=customer.pk)


def change_mode(actor: Actor, customer: Customer, mode: str, stamp: str | None = None) -> None:
    """Decide who manages the tenant, nothing happens when it is so already; refuses a stale form, if there is one."""
    actor.require("customers.edit", customer)
    customer = _active(customer)
    if mode not in Customer.Mode.values:
        raise Refused(_("Choose who manages the tenant."), field="mode")
    if stamp is not None and queries.stamp(customer) != stamp:
        raise Conflict(_("Somebody else changed this customer. Reload the page and look again."), code="stale")
    before, customer.mode = customer.mode, mode
    if before != mode:
        customer.save()
        fact = ManagementModeChanged(customer.pk, Code(before), Code(mode), Personal(customer.organisation))
        record(actor, fact, customer=customer.pk)


@whole
def set_tags(actor: Actor, customer: Customer, tags: tuple[str, ...]) -> None:
    """Let the customer wear exactly these tags."""
    actor.require("customers.edit", customer)
    customer = _active(customer)
    rules.check_tags(tags)
    if customer.wear(tags):
        record(actor, CustomerEdited(customer.pk, (Code("tags"),)), customer=customer.pk)


@whole
def set_groups(actor: Actor, customer: Customer, groups: frozenset[int]) -> None:
    """Put the customer into exactly these of the static groups that the actor may see.

    Refuses, with 403, a move over a guarded group without the permission for groups on all customers.
    """
    actor.require("access.groups")
    offered = {group.pk: group for group in queries.groups_for(actor)}
    members = GroupMember.of_partner.filter(customer=customer)
    present = set(members.filter(group_id__in=offered).values_list("group_id", flat=True))
    joining, leaving = groups & offered.keys() - present, present - groups
    _check_guards(actor, [offered[pk] for pk in joining | leaving])
    members.filter(group_id__in=leaving).delete()
    GroupMember.objects.bulk_create(GroupMember(group_id=pk, customer=customer) for pk in sorted(joining))
    for pk in sorted(joining):
        record(actor, CustomerJoinedGroup(customer.pk, pk), customer=customer.pk)
    for pk in sorted(leaving):
        record(actor, CustomerLeftGroup(customer.pk, pk), customer=customer.pk)


def _active(customer: Customer) -> Customer:
    """The customer, held for the open transaction; refuses one that is disconnected (409)."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.state == Customer.State.DISCONNECTED:
        raise Conflict(
            _("{name} is disconnected. Reconnect it first."), name=customer.organisation, code="disconnected"
        )
    return customer


def _check_guards(actor: Actor, groups: Iterable[CustomerGroup]) -> None:
    if any(group.guards for group in groups) and not actor.everywhere("access.groups"):
        raise NotAllowed("access.groups", _("Roles use this group: moving customers needs a role over all customers."))
