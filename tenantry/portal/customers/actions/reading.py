"""The first read, and fresh reads at somebody's wish."""

from __future__ import annotations

from tenantry.engines.inventory import actions as inventory
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.text import _
from tenantry.portal.customers import queries
from tenantry.portal.customers.facts import InitialSyncFinished, ReadRequested
from tenantry.portal.customers.models import Customer, Tenant


def read_now(actor: Actor, customer: Customer) -> bool:
    """Have the customer's tenants read afresh; False where a read of the last minute still counts."""
    actor.require("customers.sync", customer)
    try:
        started = inventory.request_read(actor, customer.pk)
    except Missing as error:
        raise Refused(_("No tenant of this customer is connected.")) from error
    if started:
        record(actor, ReadRequested(customer.pk), customer=customer.pk)
    return started


def finish_first_read(actor: Actor, tenant: Tenant, objects: int, unknown: tuple[str, ...]) -> None:
    """Say that a tenant has been read for the first time, to those who were named when it was onboarded."""
    actor.require("customers.view", tenant)
    customer = tenant.customer
    fact = InitialSyncFinished(customer.pk, Code(tenant.tenant_id), objects, tuple(Code(kind) for kind in unknown),
                               Personal(customer.organisation), queries.told_of(customer.pk))  # fmt: skip
    record(actor, fact, customer=customer.pk)
