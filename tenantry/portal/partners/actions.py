"""What changes a partner."""

from __future__ import annotations

from tenantry.kernel.actor import SERVER, Actor
from tenantry.kernel.facts import Code, record
from tenantry.kernel.scope import whole
from tenantry.portal.partners.facts import CapabilityGranted
from tenantry.portal.partners.models import Partner


@whole
def grant_distributor(actor: Actor) -> bool:
    """Let the partner of the open scope distribute licences; False where it could already. Refuses people (403)."""
    actor.require(SERVER)
    partner = Partner.objects.select_for_update().get()
    gained = partner.gain(Partner.Capability.DISTRIBUTOR)
    if gained:
        record(actor, CapabilityGranted(partner.pk, Code(Partner.Capability.DISTRIBUTOR)))
    return gained
