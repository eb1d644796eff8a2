"""Consent that was given, is asked for again, was reduced or lost, and came back."""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.kernel import clock
from tenantry.kernel.actor import Actor
from tenantry.kernel.facts import Code, Personal, record
from tenantry.portal.customers import collect, rules
from tenantry.portal.customers.facts import ConsentGiven, ConsentLost, ConsentReduced
from tenantry.portal.customers.models import AppProfile, Handshake, Tenant
from tenantry.portal.customers.rules import Health, TenantFacts

Status = AppProfile.Status
CONSENT_REASONS = frozenset({"no_consent", "no_permission"})
"""Of inventory's reasons, those that the customer's consent decides."""


def consent_again(actor: Actor, profile: AppProfile, session: str) -> str:
    """Begin a round trip for an app whose consent is gone or too small; returns the address at Microsoft."""
    actor.require("customers.consent", profile)
    row, state = Handshake.begin(actor.id, session, Handshake.Purpose.CONSENT, profile_id=profile.pk, app=profile.app)
    return collect.consent_address(profile.tenant.tenant_id, row.app, state)


def consented_again(
    actor: Actor, profile: AppProfile, tenant: TenantFacts, by: str = "customers.consent", account: str = "",
) -> None:  # fmt: skip
    """The app may read again: note it; the fact has the tenant read.

    `by` is the leave under which it was asked, `account` who consented where that is not the person who asks.
    """
    actor.require(by, profile)
    account = account or actor.label
    rules.check_same_tenant(profile.tenant.tenant_id, tenant.tenant_id)
    profile.consented_by, profile.consented_at = account[:254], clock.now()
    _become(actor, profile, rules.health(tenant.roles, collect.needed(profile.app)))
    fact = ConsentGiven(profile.customer_id, Code(tenant.tenant_id), Code(profile.app), Personal(account),
                        tuple(Code(role) for role in sorted(tenant.roles)), renewed=True)  # fmt: skip
    record(actor, fact, customer=profile.customer_id)


def withdraw(actor: Actor, tenant: Tenant, reason: str, permission: str) -> None:
    """Note that a read was refused for want of consent; a fact is recorded only when something is new."""
    actor.require("customers.view", tenant)
    profile = AppProfile.objects.select_for_update().get(tenant=tenant, app=rules.INSIGHT)
    if rules.consent_status(reason) == Status.EXPIRED:
        _become(actor, profile, Health(Status.EXPIRED))
    else:
        missing = tuple(sorted({*profile.missing, permission} - {""}))
        _become(actor, profile, Health(Status.INSUFFICIENT, missing))


def restore(actor: Actor, tenant: Tenant, reason: str, permission: str) -> None:
    """Note that what was refused can be read again; the app is active once nothing is missing."""
    actor.require("customers.view", tenant)
    profile = AppProfile.objects.select_for_update().get(tenant=tenant, app=rules.INSIGHT)
    gone = {permission} if reason == "no_permission" else set()
    missing = tuple(name for name in profile.missing if name not in gone)
    _become(actor, profile, Health(Status.INSUFFICIENT, missing) if missing else Health(Status.ACTIVE))


def check(actor: Actor, profile: AppProfile, given: Iterable[str]) -> None:
    """Compare a token's permissions with those that the app needs; a fact is recorded only when something is new."""
    actor.require("customers.view", profile)
    profile = AppProfile.objects.select_for_update().select_related("tenant").get(pk=profile.pk)
    _become(actor, profile, rules.health(given, collect.needed(profile.app)))


def lose(actor: Actor, profile: AppProfile) -> None:
    """Note that no token is given any more: the app is gone from the tenant. The customer stays active."""
    actor.require("customers.view", profile)
    profile = AppProfile.objects.select_for_update().select_related("tenant").get(pk=profile.pk)
    _become(actor, profile, Health(Status.EXPIRED))


def miss(actor: Actor, profile: AppProfile) -> None:
    """Note that Microsoft's sign-in said neither yes nor no; the last status stays, with its age."""
    actor.require("customers.view", profile)
    profile = AppProfile.objects.select_for_update().get(pk=profile.pk)
    profile.silent_since = profile.silent_since or clock.now()
    profile.check_at = clock.now() + rules.ASK_AGAIN_AFTER
    profile.save(update_fields=["silent_since", "check_at"])


def _become(actor: Actor, profile: AppProfile, health: Health) -> None:
    before = Health(profile.status, tuple(profile.missing))
    profile.status, profile.missing = health.status, list(health.missing)
    profile.checked_at, profile.silent_since = clock.now(), None
    profile.check_at = rules.next_check(clock.now())
    profile.save()
    lost = health.status == Status.EXPIRED and before.status != Status.EXPIRED
    if lost or set(health.missing) - set(before.missing):
        record(actor, _withdrawn(profile), customer=profile.customer_id)


def _withdrawn(profile: AppProfile) -> ConsentLost | ConsentReduced:
    name, code = Personal(profile.customer.organisation), Code(profile.tenant.tenant_id)
    if profile.status == Status.EXPIRED:
        return ConsentLost(profile.customer_id, code, Code(profile.app), name)
    missing = tuple(Code(role) for role in profile.missing)
    return ConsentReduced(profile.customer_id, code, Code(profile.app), missing, name)
