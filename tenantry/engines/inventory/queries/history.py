"""What one thing of a tenant was: each change with the values before and after, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from django.utils.dateparse import parse_datetime

from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import KindState, Observed, ObservedRaw, Version
from tenantry.engines.inventory.queries.past import GONE
from tenantry.kernel.errors import Missing

MOST = 25
"""Changes of a page."""
Body = dict[str, Any]


@dataclass(frozen=True)
class Thing:
    """One thing of a customer's tenant, present or gone."""

    kind: Kind
    customer_id: int
    source_id: int
    object_id: str
    number: int  # as its address names it
    body: Body
    gone_at: datetime | None = None

    @property
    def title(self) -> str:
        """Its name, else its id."""
        found = self.kind.promote(msgspec.json.encode(self.body))
        return str(found.get("display_name") or found.get("title") or found.get("name") or self.object_id)


@dataclass(frozen=True)
class Difference:
    """One property that is another now: its names from the outside in, and both values; None: it was not there."""

    path: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What was seen at a moment: the thing was `known` at first, `made`, `changed` or `removed`."""

    at: datetime
    what: Literal["known", "made", "changed", "removed"]
    differences: tuple[Difference, ...] = ()
    raw: str = ""  # the whole body after it, as Microsoft sent it; before it where the thing was removed


@dataclass(frozen=True)
class _Stage:
    """A body with the time in which it was valid; until None: it still is."""

    since: datetime
    until: datetime | None
    body: Body
    removed: bool = False


def thing(customer_id: int, tenant_kind: str, observed_id: int) -> Thing:
    """One thing by its kind and number; Missing for any other customer's, and for one that nothing is known of."""
    kind = kind_of(tenant_kind)
    found: Version | Observed | ObservedRaw | None
    if observed_id >= GONE:
        found = kind.versions.objects.filter(customer_id=customer_id, pk=observed_id - GONE).first()
    else:
        found = kind.model.objects.filter(customer_id=customer_id, pk=observed_id).first()
    if found is None:
        raise Missing()
    gone_at = found.until if isinstance(found, Version) else None
    body = msgspec.json.decode(found.body)
    return Thing(kind, customer_id, found.source_id, found.object_id, observed_id, body, gone_at)


def history(thing: Thing, before: str = "") -> tuple[list[Change], str]:
    """A page of the thing's changes, newest first, and where the next begins; nothing follows the last."""
    stages, more = _stages(thing, parse_datetime(before) if before else None)
    if more:  # the oldest stage is only what the one before it is compared with
        return list(_changes(stages))[: -1 if stages[-1].removed else None], stages[-2].since.isoformat()
    return list(_changes(stages, _first_at(thing))), ""


def differences(before: Body, after: Body, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """What differs between two bodies, by property; annotations of the protocol are left out."""
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was == now or name.startswith("@"):
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            yield from differences(was, now, (*path, name))
        else:
            yield Difference((*path, name), was, now)


def _stages(thing: Thing, moment: datetime | None) -> tuple[list[_Stage], bool]:
    """What it was, newest first, one more than a page shows changes; whether older ones are left out."""
    here = {"source_id": thing.source_id, "object_id": thing.object_id}
    rows = thing.kind.versions.objects.filter(customer_id=thing.customer_id, **here)
    found = list((rows.filter(until__lte=moment) if moment else rows).order_by("-until", "-id")[: MOST + 2])
    stages = [_Stage(row.since, row.until, msgspec.json.decode(row.body), row.removed) for row in found]
    now = thing.kind.model.objects.filter(customer_id=thing.customer_id, **here).first()
    if now is not None and moment is None:
        stages.insert(0, _Stage(now.changed_at, None, now.values()))
    return stages[: MOST + 1], len(stages) > MOST + 1


def _changes(stages: list[_Stage], first_at: datetime | None = None) -> Iterator[Change]:
    for place, stage in enumerate(stages):
        if stage.removed and stage.until:
            yield Change(stage.until, "removed", raw=_readable(stage.body))
        earlier = stages[place + 1] if place + 1 < len(stages) else None
        if earlier is not None and not earlier.removed:
            found = tuple(differences(earlier.body, stage.body))
            yield Change(stage.since, "changed", found, _readable(stage.body))
        elif earlier is not None or first_at is not None:
            known = earlier is None and first_at is not None and stage.since <= first_at
            yield Change(stage.since, "known" if known else "made", raw=_readable(stage.body))


def _first_at(thing: Thing) -> datetime | None:
    states = KindState.objects.filter(source_id=thing.source_id, kind=thing.kind.name)
    return states.values_list("first_at", flat=True).first()


def _readable(body: Body) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)
