"""What a partner's people decide about the partner itself."""

from __future__ import annotations

import json
from dataclasses import asdict

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict
from tenantry.kernel.facts import Personal, record
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.partners import rules
from tenantry.portal.partners.facts import SecurityPolicyChanged
from tenantry.portal.partners.models import Policy
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


def _json(security: Security) -> Personal:
    return Personal(json.dumps(asdict(security), sort_keys=True))
