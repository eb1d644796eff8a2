"""What is done to sources at somebody's request: connect a tenant, ask for a fresh read, pause."""

from __future__ import annotations

from datetime import timedelta

from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Figures, KindState, Source, Subscription
from tenantry.kernel import clock, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing

ONCE_PER = timedelta(seconds=60)
GRACE = timedelta(minutes=5)  # by then the first read has started by itself, or the tick starts it


def connect(
    actor: Actor, *, customer_id: int, tenant_id: str, cloud: str, roles: list[str], region: str = ""
) -> Source:
    """Read a tenant from now on; connecting it again after a new consent asks Microsoft anew for every kind."""
    actor.require("customers.onboard")
    now = clock.now()
    source, _made = Source.of_partner.update_or_create(
        partner_id=scope.current().partner, tenant_id=tenant_id.lower(), app="insight",
        defaults={"customer_id": customer_id, "cloud": cloud, "roles": roles, "due_at": now + GRACE, "paused": False,
                  "listen_at": None, "region": region or scope.current().region},
        create_defaults={"customer_id": customer_id, "cloud": cloud, "roles": roles, "due_at": now + GRACE,
                         "region": region or scope.current().region, "connected_at": now},
    )  # fmt: skip
    Figures.of_partner.get_or_create(source=source, defaults={"customer_id": customer_id})
    for name in kinds():
        KindState.of_partner.update_or_create(
            source=source, kind=name, defaults={"customer_id": customer_id, "next_due": now, "failures": 0}
        )
    return source


def request_read(actor: Actor, customer_id: int) -> bool:
    """Read the customer's tenants now; False when one was asked for within the last minute: that one is shown."""
    actor.require("customers.sync", customer_id)
    from tenantry.engines.inventory.tasks import cycle

    now, sources = clock.now(), list(Source.objects.filter(customer_id=customer_id, paused=False).select_for_update())
    if not sources:
        raise Missing()
    ready = [source for source in sources if source.asked_at is None or source.asked_at <= now - ONCE_PER]
    for source in ready:
        KindState.objects.filter(source=source).update(next_due=now, failures=0)
        Source.objects.filter(pk=source.pk).update(asked_at=now, due_at=now + GRACE)
        cycle.start(source.pk, 1, key=f"{source.pk}:asked:{now.isoformat()}")
    return bool(ready)


def pause(actor: Actor, customer_id: int) -> None:
    """Read nothing of the customer until it is resumed; what was read stays, with its age."""
    actor.require("customers.disconnect", customer_id)
    from tenantry.engines.inventory.tasks import listen

    Source.objects.filter(customer_id=customer_id).update(paused=True)
    for found in Subscription.objects.filter(customer_id=customer_id).exclude(remote_id="").distinct("source_id"):
        listen.start(found.source_id, key=f"{found.source_id}:given-up:{clock.now().isoformat()}")


def resume(actor: Actor, customer_id: int) -> None:
    """Read again what was paused, as soon as the next tick comes."""
    actor.require("customers.disconnect", customer_id)
    Source.objects.filter(customer_id=customer_id).update(paused=False, due_at=clock.now(), listen_at=None)
