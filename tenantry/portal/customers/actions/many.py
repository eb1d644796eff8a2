"""Acts on many customers: done to those that allow it, and told why not to the others."""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.tally import Tally, each
from tenantry.kernel.text import _
from tenantry.portal.customers import queries, rules
from tenantry.portal.customers.actions.editing import change_mode, set_groups, set_tags
from tenantry.portal.customers.actions.reading import read_now
from tenantry.portal.customers.models import Customer


def tag_many(actor: Actor, customers: Iterable[Customer], tags: tuple[str, ...], away: frozenset[str]) -> Tally:
    """Give and take away tags; refuses tags that cannot be, and a wish without any."""
    actor.require("customers.edit")
    rules.check_tags(tags)
    if not tags and not away:
        raise Refused(_("Name a tag to add or choose one to take away."), field="tags")

    def wear(customer: Customer) -> None:
        kept = (tag for tag in queries.tags_of(customer) if tag not in away)
        set_tags(actor, customer, tuple(dict.fromkeys((*kept, *tags))))

    return each(customers, wear)


def decide_many(actor: Actor, customers: Iterable[Customer], mode: str) -> Tally:
    """Decide who manages the tenants of many customers."""
    actor.require("customers.edit")
    if mode not in Customer.Mode.values:
        raise Refused(_("Choose who manages the tenant."), field="mode")
    return each(customers, lambda customer: change_mode(actor, customer, mode))


def group_many(actor: Actor, customers: Iterable[Customer], join: frozenset[int], leave: frozenset[int]) -> Tally:
    """Put many customers into groups and take them out of others; refuses a wish without any."""
    actor.require("access.groups")
    if not join and not leave:
        raise Refused(_("Choose a group to join or to leave."), field="groups")

    def move(customer: Customer) -> None:
        present = frozenset(queries.groups_of(customer).values_list("pk", flat=True))
        set_groups(actor, customer, (present | join) - leave)

    return each(customers, move)


def read_many(actor: Actor, customers: Iterable[Customer]) -> Tally:
    """Have many customers read now; those that were asked for less than a minute ago are left out."""
    actor.require("customers.sync")

    def read(customer: Customer) -> None:
        if not read_now(actor, customer):
            raise Refused(_("asked for less than a minute ago; that read is shown."))

    return each(customers, read)
