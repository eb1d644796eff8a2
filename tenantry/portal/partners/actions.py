"""What a partner's people decide about the partner itself."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.db import transaction

from tenantry.kernel.actor import SERVER, Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.residency import claims
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.partners import rules
from tenantry.portal.partners.facts import CapabilityGranted, GeneralSettingsChanged, SecurityPolicyChanged
from tenantry.portal.partners.models import Partner, Policy
from tenantry.portal.partners.rules import Security


@whole
def change_security(actor: Actor, version: int, wish: Security) -> bool:
    """Demand something else of sessions and local accounts, all fields or none; refuses a stale form (409)."""
    actor.require("partners.configure")
    policy = Policy.objects.select_for_update().get()
    if policy.version != version:
        raise Conflict(_("Somebody else changed these settings since you opened them."), code="stale")
    rules.check_security(wish, actor.address)
    before = policy.as_wish()
    if wish == before:
        return False
    policy.revise(wish)
    record(actor, SecurityPolicyChanged(_json(before), _json(wish)))
    return True


@whole
def grant_distributor(actor: Actor) -> bool:
    """Let the partner of the open scope distribute licences; False where it could already. Refuses people (403)."""
    actor.require(SERVER)
    partner = Partner.objects.select_for_update().get()
    gained = partner.gain(Partner.Capability.DISTRIBUTOR)
    if gained:
        record(actor, CapabilityGranted(partner.pk, Code(Partner.Capability.DISTRIBUTOR)))
    return gained


def name_directory(actor: Actor, tenant_id: str) -> None:
    """Say which Microsoft directory is the partner's own, so that nobody makes it a customer of itself.

    Refuses what is no tenant id (422), and a directory that another partner named (409).
    """
    actor.require(SERVER)
    if not rules.is_guid(tenant_id):
        raise Refused(_("A tenant id has 32 hexadecimal digits in five groups."), field="tenant_id")
    if not claims.claim("directory", tenant_id, actor.partner, actor.region).ours:
        raise Conflict(_("Another partner has named this directory as its own."), code="taken")
    record(actor, GeneralSettingsChanged(actor.partner, (Code("directory"),)))
    transaction.on_commit(lambda: claims.confirm("directory", tenant_id, actor.partner), using=actor.region)


def _json(security: Security) -> Personal:
    return Personal(json.dumps(asdict(security), sort_keys=True))
