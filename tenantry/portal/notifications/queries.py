"""What the bell shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tenantry.kernel import ports, registry
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.offers import NoticeKind
from tenantry.portal.notifications.models import Notice

PAGE = 30


@dataclass(frozen=True)
class Line:
    """One row of the bell, in the reader's language."""

    id: int
    severity: str
    text: str
    href: str
    at: datetime
    count: int
    unread: bool


def kinds() -> dict[str, NoticeKind]:
    """The notice kinds that present folders offer, by the name of their fact."""
    return {kind.fact: kind for kind in registry.offers(NoticeKind)}


def unread(actor: Actor) -> int:
    """How many notices of the person wait to be read."""
    return Notice.objects.filter(person_id=actor.id, state=Notice.State.NEW).count()


def lines(actor: Actor, area: str = "", *, only_unread: bool = False) -> list[Line]:
    """The newest 30 notices whose customers the person may still see, newest first."""
    rows = Notice.objects.filter(person_id=actor.id).order_by("-at")
    rows = rows.filter(state=Notice.State.NEW) if only_unread else rows
    offered = {name: kind for name, kind in kinds().items() if area in ("", kind.area)}
    seen = _visible(rows.filter(kind__in=offered), actor)
    facts = {fact.id: fact for fact in FactRow.objects.filter(id__in=[row.fact_id for row in seen])}
    return [_line(row, offered[row.kind], facts[row.fact_id]) for row in seen if row.fact_id in facts]


def notice(actor: Actor, notice_id: int) -> Notice:
    """One notice of the person; Missing for anybody else's."""
    found = Notice.objects.filter(person_id=actor.id, pk=notice_id).first()
    if found is None:
        raise Missing
    return found


def _visible(rows: QuerySet[Notice], actor: Actor) -> list[Notice]:
    if not actor.everywhere("customers.view"):
        visible = ports.resolver().customers(actor, "customers.view")
        rows = rows.filter(Q(customer_id__isnull=True) | Q(customer_id__in=visible))
    return list(rows[:PAGE])


def _line(row: Notice, kind: NoticeKind, fact: FactRow) -> Line:
    return Line(row.id, kind.severity, kind.text(fact), kind.href(fact), row.at, row.count,
                row.state == Notice.State.NEW)  # fmt: skip
