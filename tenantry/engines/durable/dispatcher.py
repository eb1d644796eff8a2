"""Starts the reactions that recorded facts ask for: fills the kernel's Dispatcher port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from tenantry.engines.durable.tasks import Place, every_minute, starter
from tenantry.kernel import clock, facts
from tenantry.kernel.models import Fact, Outbox

REACTION = "reaction:{name}"
OVERDUE = timedelta(seconds=20)
KEPT = timedelta(days=1)


class OutboxDispatcher:
    """The workflow's id is the outbox row's: neither exists without the other, and none starts twice."""

    def dispatch(self, rows: Sequence[Outbox]) -> None:
        """Start each row in the region where it stands, and mark it."""
        for row in rows:
            region = str(row._state.db)
            starter().start(REACTION.format(name=row.reaction), row.id, region, arguments(row))
            Outbox.objects.using(region).filter(id=row.id).update(started_at=clock.now())


def arguments(row: Outbox) -> list[Any]:
    """What the reaction's workflow is given: ids only."""
    return [row.partner_id, str(row._state.db), str(row.fact_id)]


def react(name: str, partner: int, region: str, fact_id: str) -> None:
    """Carry out one reaction in the scope of its partner; run twice, it finds its work done."""
    with Place(partner, region).opened():
        facts.reaction(name)(Fact.objects.get(id=UUID(fact_id)))


@every_minute("durable.sweep")
def sweep() -> None:
    """Start what a crash between commit and dispatch left behind, and forget what has long been started."""
    from tenantry.engines.durable.sweeper import hand_on

    now = clock.now()
    for region in settings.REGIONS:
        rows = Outbox.objects.using(region)
        waiting = rows.filter(started_at__isnull=True, written_at__lt=now - OVERDUE)
        DISPATCHER.dispatch(list(waiting.order_by("written_at")[:500]))
        rows.filter(started_at__lt=now - KEPT).delete()
        hand_on(region, now)


DISPATCHER = OutboxDispatcher()
