"""A rate budget for each app, tenant and service: we wait before Microsoft has to ask us to.

Limits as of 2026-11, by the service that a kind names: Microsoft Graph service-specific throttling limits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

RESERVED_FOR_PEOPLE = 0.2


@dataclass(frozen=True)
class Limit:
    """So many units in so many seconds."""

    units: int
    seconds: float


LIMITS = {
    "ID": Limit(3_500, 10.0),  # the smallest tenants' allowance; larger ones have more
    "RPT": Limit(5, 10.0),
    "IPC": Limit(1, 1.0),
    "SEC": Limit(150, 60.0),
    "SVC": Limit(240, 60.0),
    "INT": Limit(1_000, 20.0),
    "EXO": Limit(10_000, 600.0),
    "SPO": Limit(1_200, 60.0),
    "TEAMS": Limit(30, 1.0),
}


@dataclass
class _Bucket:
    limit: Limit
    spent: list[tuple[float, int]] = field(default_factory=list)
    blocked_until: float = 0.0


def _for_background(limit: Limit) -> Limit:
    """What is left when people's share is set aside; less than one call in the time means one in a longer time."""
    share = 1.0 - RESERVED_FOR_PEOPLE
    units = int(limit.units * share)
    return Limit(units, limit.seconds) if units else Limit(1, limit.seconds / share)


class Budgets:
    """The budgets of this process."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def wait_for(self, key: tuple[str, str, str], cost: int = 1, *, interactive: bool = False) -> float:
        """Seconds to wait before a call of this cost may go; 0 takes it from the budget at once."""
        now = self._seconds()
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(LIMITS[key[2]]))
            limit = bucket.limit if interactive else _for_background(bucket.limit)
            longest = max(limit.seconds, bucket.limit.seconds)
            bucket.spent = [(at, units) for at, units in bucket.spent if at > now - longest]
            recent = [(at, units) for at, units in bucket.spent if at > now - limit.seconds]
            if bucket.blocked_until > now:
                return bucket.blocked_until - now
            if recent and sum(units for _at, units in recent) + cost > limit.units:
                return recent[0][0] + limit.seconds - now
            bucket.spent.append((now, cost))
            return 0.0

    def block(self, key: tuple[str, str, str], seconds: float) -> None:
        """Microsoft has asked for a pause."""
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(LIMITS[key[2]]))
            bucket.blocked_until = max(bucket.blocked_until, self._seconds() + seconds)


BUDGETS = Budgets()
