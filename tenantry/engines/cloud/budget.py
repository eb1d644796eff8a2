"""A rate budget for each app, tenant and service: we wait before Microsoft has to ask us to.

Seeded with the documented limits and corrected by what answers say. Time is cut into slots, so a budget is a few
numbers however much is spent; a unit is given back a slot later than Microsoft gives it back, never earlier.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from tenantry.engines.cloud.catalogue import Limit, limits

FOR_BACKGROUND = 0.8
SLOTS = 100
YIELDS = 0.25
"""Seconds that background work waits longer after a pause, so that somebody at a screen goes first."""


class Key(NamedTuple):
    """Whose budget: an app in a tenant at a service; `users` is the tenant's size as far as it is known."""

    app: str
    tenant: str
    service: str
    users: int = 0

    @property
    def place(self) -> tuple[str, str, str]:
        """Who shares it: a service that counts all apps of a tenant together has one budget for them."""
        alone = limits().services[self.service].per == "app"
        return (self.app if alone else "", self.tenant, self.service)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What Microsoft documents for a tenant of this size."""
        return limits().services[self.service].limits_for(self.users)


class State(NamedTuple):
    """What is left of a budget, for background work and in all, and until when nobody may call."""

    left: int
    whole: int
    seconds: float
    blocked_until: float
    used_at: float


class Bucket(msgspec.Struct):
    """What has been spent of each limit, by slot of time."""

    spent: list[dict[int, int]] = msgspec.field(default_factory=list)
    ceiling: int = 0  # units of the first limit as Microsoft names them; 0 while it has not
    blocked_until: float = 0.0
    used_at: float = 0.0

    def take(self, allowed: tuple[Limit, ...], now: float, cost: int, *, interactive: bool) -> float:
        """Seconds to wait before a call of this cost may go; 0 takes it from the budget at once."""
        blocked = self.blocked_until - now
        waits = [blocked if interactive or blocked <= 0 else blocked + YIELDS]
        for spent, limit in zip(self._slots(allowed), self._corrected(allowed), strict=True):
            waits.append(_share(limit, interactive=interactive).pause(spent, now, cost))
        if max(waits) > 0:
            return max(waits)
        self._add(allowed, now, cost)
        self.used_at = now
        return 0.0

    def block(self, now: float, seconds: float) -> None:
        """Microsoft has asked for a pause."""
        self.blocked_until = max(self.blocked_until, now + seconds)

    def learn(self, allowed: tuple[Limit, ...], now: float, said: Mapping[str, str]) -> None:
        """Correct the budget by an answer: what the call cost beyond 1, how much is used in all, how much there is."""
        self._add(allowed[:1], now, int(_number(said, "x-ms-resource-unit", 1)) - 1)
        self.ceiling = int(_number(said, "RateLimit-Limit", self.ceiling))
        whole = self._corrected(allowed)[0]
        used = _number(said, "x-ms-throttle-limit-percentage", 0) * whole.units
        if "RateLimit-Remaining" in said:
            used = max(used, whole.units - _number(said, "RateLimit-Remaining", whole.units))
        self._add(
            allowed[:1], now, math.ceil(used) - _share(whole, interactive=True).used(self._slots(allowed)[0], now)
        )

    def state(self, allowed: tuple[Limit, ...], now: float) -> State:
        """What is left at a moment; of several limits the tightest."""
        found = []
        for spent, limit in zip(self._slots(allowed), self._corrected(allowed), strict=True):
            window = _share(limit, interactive=False)
            found.append((max(window.units - window.used(spent, now), 0), window.units, limit.seconds))
        left, units, seconds = min(found, key=lambda one: one[0] / one[1])
        return State(left, units, seconds, self.blocked_until, self.used_at)

    def _slots(self, allowed: tuple[Limit, ...]) -> list[dict[int, int]]:
        self.spent += [{} for _limit in allowed[len(self.spent) :]]
        return self.spent

    def _corrected(self, allowed: tuple[Limit, ...]) -> tuple[Limit, ...]:
        first = Limit(self.ceiling, allowed[0].seconds) if self.ceiling else allowed[0]
        return (first, *allowed[1:])

    def _add(self, allowed: tuple[Limit, ...], now: float, units: int) -> None:
        if units <= 0:
            return
        for slots, limit in zip(self._slots(allowed), allowed, strict=False):
            slot = int(now * SLOTS / limit.seconds)
            for old in [one for one in slots if one < slot - 2 * SLOTS]:
                del slots[old]
            slots[slot] = slots.get(slot, 0) + units


class _Window(NamedTuple):
    """A limit as one kind of caller may use it: units in so many slots, of which SLOTS are the limit's seconds."""

    units: int
    seconds: float
    slots: int = SLOTS

    def used(self, spent: dict[int, int], now: float) -> int:
        """What still counts at a moment."""
        return sum(units for slot, units in spent.items() if slot >= self._first(now))

    def pause(self, spent: dict[int, int], now: float, cost: int) -> float:
        """Seconds until enough has been given back; nothing spent lets any call go, however dear."""
        over, until = self.used(spent, now) + cost - self.units, now
        for slot in sorted(one for one in spent if one >= self._first(now)):
            if over <= 0:
                break
            over -= spent[slot]
            until = (slot + self.slots + 2) * self.seconds / SLOTS
        return until - now

    def _first(self, now: float) -> int:
        return int(now * SLOTS / self.seconds) - self.slots - 1


def _share(limit: Limit, *, interactive: bool) -> _Window:
    """All of it for people; for the background a share, and where that is no whole call, one in a longer time."""
    units = limit.units if interactive else int(limit.units * FOR_BACKGROUND)
    return _Window(units, limit.seconds) if units else _Window(1, limit.seconds, math.ceil(SLOTS / FOR_BACKGROUND))


def says_something(said: Mapping[str, str]) -> bool:
    """Whether an answer corrects its budget: most only say that they cost what was paid."""
    return any(name in said for name in _SAYING) or said.get("x-ms-resource-unit", "1") != "1"


_SAYING = ("x-ms-throttle-limit-percentage", "RateLimit-Limit", "RateLimit-Remaining")


def _number(said: Mapping[str, str], name: str, otherwise: float) -> float:
    try:
        found = float(said[name])
    except (KeyError, ValueError):
        return otherwise
    return found if math.isfinite(found) and found >= 0 else otherwise


class Budgets:
    """The budgets of this process alone; `ledger.kept` has those that a region's processes share."""

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self._buckets: dict[tuple[str, str, str], Bucket] = {}
        self._lock = threading.Lock()

    def wait_for(self, key: Key, cost: int = 1, *, interactive: bool = False) -> float:
        """Seconds to wait before a call of this cost may go; 0 takes it from the budget at once."""
        with self.opened(key) as (bucket, now):
            return bucket.take(key.limits, now, cost, interactive=interactive)

    def block(self, key: Key, seconds: float) -> None:
        """Microsoft has asked for a pause."""
        with self.opened(key) as (bucket, now):
            bucket.block(now, seconds)

    def learn(self, key: Key, said: Mapping[str, str]) -> None:
        """What an answer says of the budget."""
        with self.opened(key) as (bucket, now):
            bucket.learn(key.limits, now, said)

    @contextmanager
    def opened(self, key: Key) -> Iterator[tuple[Bucket, float]]:
        """One budget for a moment, and the moment, in seconds since 1970; nobody else changes it meanwhile."""
        with self._lock:
            yield self._buckets.setdefault(key.place, Bucket()), self._seconds()


LOCAL = Budgets()
