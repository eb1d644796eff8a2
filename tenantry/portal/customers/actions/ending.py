"""The end of a customer's connection, and its return."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tenantry.engines.inventory import actions as inventory
from tenantry.kernel import clock
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.residency import claims
from tenantry.kernel.text import _
from tenantry.portal.customers import collect, queries, rules
from tenantry.portal.customers.actions.consent import consented_again
from tenantry.portal.customers.facts import CustomerDisconnected, CustomerOnboarded
from tenantry.portal.customers.models import AppProfile, Customer, Handshake, Tenant
from tenantry.portal.customers.rules import TenantFacts
from tenantry.portal.partners.models import Partner


def disconnect(actor: Actor, customer: Customer, typed: str) -> None:
    """End the connection: nothing is read any more, lists, counts and search omit the customer, facts remain.

    What was read stays for thirty days. Refuses a name that is not the customer's, and one that is not active (409).
    """
    actor.require("customers.disconnect", customer)
    rules.check_typed(customer.organisation, typed)
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.state != Customer.State.ACTIVE:
        raise Conflict(_("{name} is not connected."), name=customer.organisation, code="not_active")
    customer.state, customer.disconnected_at = Customer.State.DISCONNECTED, clock.now()
    customer.save()
    inventory.pause(actor, customer.pk)
    told = tuple(queries.told_of(customer.pk))
    record(actor, CustomerDisconnected(customer.pk, Personal(customer.organisation), told), customer=customer.pk)


def let_go(actor: Actor, customer: Customer) -> None:
    """Give the tenants of a disconnected customer free for other partners, and drop the tokens for them; repeatable."""
    actor.require("customers.view", customer)
    customer = Customer.objects.select_for_update().get(pk=customer.pk)  # a reconnection waits, then claims again
    if customer.state == Customer.State.DISCONNECTED:
        for tenant in Tenant.of_partner.filter(customer=customer):
            claims.release("tenant", tenant.tenant_id, actor.partner)
            collect.forget(tenant.cloud, tenant.tenant_id)


def ask_reconnect(actor: Actor, customer: Customer, session: str) -> str:
    """Begin the round trip that a return needs: consent again; returns the address at Microsoft."""
    actor.require("customers.onboard", customer)
    _check_disconnected(customer)
    profile = AppProfile.of_partner.filter(customer=customer, app=rules.INSIGHT).select_related("tenant").first()
    if profile is None:
        raise Refused(_("No tenant of this customer is known. Onboard it again."), code="no_tenant")
    row, state = Handshake.begin(actor.id, session, Handshake.Purpose.CONSENT, profile_id=profile.pk, app=profile.app)
    return collect.consent_address(profile.tenant.tenant_id, row.app, state)


def reconnect(actor: Actor, profile: AppProfile, tenant: TenantFacts) -> None:
    """Connect the customer again: its history goes on. Refuses where another partner took a tenant meanwhile."""
    actor.require("customers.onboard", profile)
    Partner.objects.select_for_update().get()
    customer = Customer.objects.select_for_update().get(pk=profile.customer_id)
    _check_disconnected(customer)
    tenants = list(Tenant.of_partner.filter(customer=customer))
    _claim(actor, tenants)
    customer.state, customer.disconnected_at = Customer.State.ACTIVE, None
    customer.save()
    consented_again(actor, profile, tenant, by="customers.onboard")
    fact = CustomerOnboarded(customer.pk, profile.tenant_id, Code(tenant.tenant_id), Personal(customer.organisation),
                             (actor.id,))  # fmt: skip
    record(actor, fact, customer=customer.pk)


def _claim(actor: Actor, tenants: Iterable[Tenant]) -> None:
    held: list[str] = []
    for tenant in tenants:
        if not claims.claim("tenant", tenant.tenant_id, actor.partner, actor.region).ours:
            for each in held:
                claims.release("tenant", each, actor.partner)
            raise Refused(str(rules.outcome_text("managed_elsewhere")), code="managed_elsewhere")
        held.append(tenant.tenant_id)
    transaction.on_commit(lambda: _confirm(held, actor.partner), using=actor.region, robust=True)


def _confirm(tenants: Iterable[str], partner: int) -> None:
    for tenant_id in tenants:
        claims.confirm("tenant", tenant_id, partner)


def _check_disconnected(customer: Customer) -> None:
    if customer.state != Customer.State.DISCONNECTED:
        raise Conflict(_("{name} is connected already."), name=customer.organisation, code="not_disconnected")
