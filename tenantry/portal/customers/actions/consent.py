"""Consent that was given, is asked for again, was reduced or lost, and came back."""

from __future__ import annotations

from tenantry.kernel import clock
from tenantry.kernel.actor import Actor
from tenantry.kernel.facts import Code, Personal, record
from tenantry.portal.customers import collect, rules
from tenantry.portal.customers.facts import ConsentGiven, ConsentLost, ConsentReduced
from tenantry.portal.customers.models import AppProfile, Handshake, Tenant
from tenantry.portal.customers.rules import TenantFacts

Status = AppProfile.Status
CONSENT_REASONS = frozenset({"no_consent", "no_permission"})
"""Of inventory's reasons, those that the customer's consent decides."""


def consent_again(actor: Actor, profile: AppProfile, session: str) -> str:
    """Begin a round trip for an app whose consent is gone or too small; returns the address at Microsoft."""
    actor.require("customers.consent", profile)
    row, state = Handshake.begin(actor.id, session, Handshake.Purpose.CONSENT, profile_id=profile.pk, app=profile.app)
    return collect.consent_address(profile.tenant.tenant_id, row.app, state)


def consented_again(actor: Actor, profile: AppProfile, tenant: TenantFacts) -> None:
    """The app may read again: note it; the fact has the tenant read."""
    actor.require("customers.consent", profile)
    rules.check_same_tenant(profile.tenant.tenant_id, tenant.tenant_id)
    _restored(profile)
    profile.consented_by, profile.consented_at = actor.label[:254], clock.now()
    profile.save()
    fact = ConsentGiven(profile.customer_id, Code(tenant.tenant_id), Code(profile.app), Personal(actor.label),
                        tuple(Code(role) for role in sorted(tenant.roles)), renewed=True)  # fmt: skip
    record(actor, fact, customer=profile.customer_id)


def withdraw(actor: Actor, tenant: Tenant, reason: str, permission: str) -> None:
    """Note that a read was refused for want of consent; a fact is recorded only when something is new."""
    actor.require("customers.view", tenant)
    profile = AppProfile.objects.select_for_update().get(tenant=tenant, app=rules.INSIGHT)
    status = Status(rules.consent_status(reason))
    missing = sorted({*profile.missing, permission} - {""}) if status == Status.INSUFFICIENT else []
    if (profile.status, profile.missing) == (status, missing):
        return
    profile.status, profile.missing, profile.checked_at = status, missing, clock.now()
    profile.save()
    record(actor, _withdrawn(profile, tenant), customer=tenant.customer_id)


def restore(actor: Actor, tenant: Tenant, reason: str, permission: str) -> None:
    """Note that what was refused can be read again; the app is active once nothing is missing."""
    actor.require("customers.view", tenant)
    profile = AppProfile.objects.select_for_update().get(tenant=tenant, app=rules.INSIGHT)
    if reason == "no_permission":
        profile.missing = [missing for missing in profile.missing if missing != permission]
    if reason == "no_consent" or not profile.missing:
        _restored(profile)
    profile.save()


def _restored(profile: AppProfile) -> None:
    profile.status, profile.missing, profile.checked_at = Status.ACTIVE, [], clock.now()


def _withdrawn(profile: AppProfile, tenant: Tenant) -> ConsentLost | ConsentReduced:
    name, code, app = Personal(tenant.customer.organisation), Code(tenant.tenant_id), Code(profile.app)
    if profile.status == Status.EXPIRED:
        return ConsentLost(tenant.customer_id, code, app, name)
    return ConsentReduced(tenant.customer_id, code, app, tuple(Code(role) for role in profile.missing), name)
