"""What has happened to a customer, as recorded facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from tenantry.engines.inventory.facts import FirstReadFinished
from tenantry.kernel import clock
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import FactLabel
from tenantry.portal.customers.models import Customer

PAGE = 50
SHOWN = timedelta(days=400)


@dataclass(frozen=True)
class Happened:
    """A fact, with the names that may still be shown."""

    name: str
    at: datetime
    actor_kind: str
    actor: str
    values: dict[str, Any]


def activity(customer: Customer, before: str) -> tuple[list[Happened], str]:
    """The newest 50 facts of the last 400 days before a fact's id, and the id with which the next page begins."""
    rows = FactRow.objects.filter(customer_id=customer.pk, at__gte=clock.now() - SHOWN).order_by("-at", "-id")
    rows = rows.exclude(name=FirstReadFinished.name())  # told once, as the customer's InitialSyncFinished
    last = rows.filter(id=before).first() if _is_id(before) else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    labels: dict[Any, dict[str, str]] = {}
    for label in FactLabel.objects.filter(fact_id__in=[row.id for row in shown]):
        labels.setdefault(label.fact_id, {})[label.field] = label.value
    happened = [_happened(row, labels.get(row.id, {})) for row in shown]
    return happened, str(shown[-1].id) if len(found) > PAGE else ""


def _happened(row: FactRow, labels: dict[str, str]) -> Happened:
    return Happened(row.name, row.at, row.actor_kind, labels.get("actor", ""), {**values(row), **labels})


def _is_id(text: str) -> bool:
    from uuid import UUID

    try:
        UUID(text)
    except ValueError:
        return False
    return True
