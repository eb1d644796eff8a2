"""How much Microsoft lets us ask of a customer's tenants, how much of it is left, and who waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from tenantry.engines.cloud.budget import Key, State
from tenantry.engines.cloud.ledger import look
from tenantry.engines.inventory.collect import app_of
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import KindState, Source
from tenantry.kernel import clock
from tenantry.kernel.errors import Refused
from tenantry.kernel.text import Text, lazy

TITLES: dict[str, Text] = {
    "ID": lazy("Directory"),
    "IPC": lazy("Conditional access and risks"),
    "SEC": lazy("Security"),
    "INT": lazy("Devices (Intune)"),
    "RPT": lazy("Reports and sign-ins"),
    "SVC": lazy("Service health"),
    "EXO": lazy("Exchange"),
    "SPO": lazy("SharePoint"),
    "TEAMS": lazy("Teams"),
    "USE": lazy("Usage reports"),
}


@dataclass(frozen=True)
class Allowance:
    """What is left of one service in a tenant; `left` is None when nothing was asked of it for a day."""

    tenant_id: str
    service: str
    title: Text
    left: int | None
    whole: int
    seconds: int
    waiting: int  # kinds
    until: datetime | None
    used_at: datetime | None


def allowances(customer_id: int) -> list[Allowance]:
    """The allowances of a customer's tenants, for each service of which a kind is read."""
    states = list(KindState.objects.filter(customer_id=customer_id, kind__in=kinds()))
    found = []
    for source in Source.objects.filter(customer_id=customer_id, paused=False).order_by("id"):
        found += _of_source(source, [state for state in states if state.source_id == source.pk])
    return found


def _of_source(source: Source, states: list[KindState]) -> list[Allowance]:
    try:
        app = app_of(source).client_id
    except Refused:
        return []  # this deployment has no app, so nothing is asked
    users = next((state.objects_read for state in states if state.kind == "users"), 0)
    keys = [Key(app, source.tenant_id, service, users) for service in _services()]
    known = look(keys)
    return [_allowance(key, known.get(key), states) for key in keys]


def _services() -> Iterable[str]:
    read = {kind.service for kind in kinds().values()}
    return [service for service in TITLES if service in read]


def _allowance(key: Key, state: State | None, states: list[KindState]) -> Allowance:
    now = clock.now()
    waits = [one.waiting_until for one in states if kinds()[one.kind].service == key.service and one.waiting_until]
    waits = [until for until in waits if until > now]
    blocked = datetime.fromtimestamp(state.blocked_until, UTC) if state else now
    until = max([*waits, blocked])
    tight = key.limits[0]
    return Allowance(
        key.tenant, key.service, TITLES[key.service], state.left if state else None,
        state.whole if state else tight.units, int(state.seconds if state else tight.seconds), len(waits),
        until if until > now else None, datetime.fromtimestamp(state.used_at, UTC) if state else None,
    )  # fmt: skip
