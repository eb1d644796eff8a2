"""What a crash left between a row and its queue, and what has long been done with."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections

from tenantry.engines.durable.models import Work
from tenantry.engines.durable.tasks import Place, starter
from tenantry.kernel import clock

OVERDUE = timedelta(seconds=20)
DONE_KEPT, PARKED_KEPT = (
    timedelta(days=1, hours=1),
    timedelta(days=30),
)  # rows outlive the recorded work, not the reverse
MOST = 500


def hand_on(region: str, now: datetime) -> None:
    """Make sure that the queue has each task whose row has said so for a while."""
    with connections[region].cursor() as cursor:
        cursor.execute("SELECT * FROM durable_unhanded(%s, %s)", [now - OVERDUE, MOST])
        found = cursor.fetchall()
    for partner, work_id in found:
        with Place(partner, region).opened():
            work = Work.of_partner.get(pk=work_id)
        starter().revive(work.name, work.workflow, region, [partner, region, *work.ids])
        with Place(partner, region).opened():
            Work.of_partner.filter(pk=work_id, asked_at=work.asked_at).update(handed_at=now)


def erase_old() -> None:
    """Erase the rows of finished tasks after a day, and of failed ones after a month."""
    now = clock.now()
    for region in settings.REGIONS:
        with connections[region].cursor() as cursor:
            cursor.execute("SELECT durable_erase_old(%s, %s)", [now - DONE_KEPT, now - PARKED_KEPT])
