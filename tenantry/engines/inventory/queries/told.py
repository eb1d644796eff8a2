"""Whether Microsoft tells changes of a customer's tenants, or they are found by reading."""

from __future__ import annotations

from typing import Literal

from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Source, Subscription
from tenantry.kernel import clock

Told = Literal["all", "some", "none", ""]


def told(customer_id: int) -> Told:
    """Of how many kinds that Microsoft offers it for, in all the customer's tenants; empty when none is read."""
    sources = Source.objects.filter(customer_id=customer_id, paused=False).count()
    offered = sum(1 for kind in kinds().values() if kind.told)
    living = Subscription.objects.filter(customer_id=customer_id, source__paused=False, expires_at__gt=clock.now())
    number = living.exclude(remote_id="").count()
    if not sources:
        return ""
    return "none" if not number else "all" if number == sources * offered else "some"
