"""A cycle in which nothing has changed, over all kinds: what it asks of Microsoft, as the simulator counts it.

STEADY_TENANTS in the environment says how many tenants.
"""

from __future__ import annotations

import time
from collections import Counter

from benchmarks import apart, tenants
from benchmarks.place import REGION
from benchmarks.results import Figure
from benchmarks.tenants import PARTNER, Cloud

USERS, THREADS = 50, 4
BATCH = "POST /$batch"


def measure() -> list[Figure]:
    """See `measured`."""
    return apart.run("steady")


def measured() -> list[Figure]:
    """Requests a tenant and kind; and whether any kind failed, which would make the others' numbers worthless."""
    with tenants.cloud([USERS] * apart.whole("STEADY_TENANTS", 20)) as cloud:
        sources = tenants.connected(cloud.tenants)
        took = tenants.side_by_side(_cycle, sources, THREADS)
        print(f"first read of everything: {took:.0f} s", flush=True)
        _all_known(sources)
        _due(sources)
        before = _asked(cloud)
        took = tenants.side_by_side(_cycle, sources, THREADS)
        print(f"steady cycle: {took:.0f} s", flush=True)
        _all_known(sources)
        return _figures(_asked(cloud) - before, len(sources))


class Patient:
    """Steps are plain calls, and pauses are waited out."""

    def step(self, _name, function):
        """Carry the step out."""
        return function()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def _cycle(source: int) -> None:
    from tenantry.engines.inventory.tasks import cycle

    cycle.carry_out(Patient(), PARTNER, REGION, source)


def _due(sources: list[int]) -> None:
    from tenantry.engines.inventory.models import KindState
    from tenantry.kernel import clock, scope

    with scope.task(PARTNER, REGION):
        KindState.objects.filter(source__in=sources).update(next_due=clock.now())


def _all_known(sources: list[int]) -> None:
    from tenantry.engines.inventory.models import KindState
    from tenantry.kernel import scope

    with scope.task(PARTNER, REGION):
        other = KindState.objects.filter(source__in=sources).exclude(state=KindState.State.FRESH)
        found = list(other.values_list("kind", "reason", "detail").distinct())
    if found:
        raise SystemExit(f"These kinds were not read: {found}.")


def _asked(cloud: Cloud) -> Counter[str]:
    """Requests so far, by method and path, over all tenants and statuses."""
    found: Counter[str] = Counter()
    for (_tenant, asked, _status), count in cloud.counted().items():
        found[asked] += count
    return found


def _figures(asked: Counter[str], many: int) -> list[Figure]:
    from tenantry.engines.inventory.kinds import kinds

    delta = [kind for kind in kinds().values() if kind.how == "delta"]
    by_delta = sum(asked[f"GET {kind.endpoint}"] for kind in delta)
    batches = asked[BATCH]
    alone = asked.total() - by_delta - batches
    for name, count in asked.most_common():
        print(f"{count / many:6.2f} a tenant: {name}", flush=True)
    named = f"steady state, {many} tenants, "
    return [
        Figure(f"{named}requests a delta kind and tenant", by_delta / many / len(delta), "requests", "limit", 1.0),
        Figure(f"{named}requests for {len(kinds()) - len(delta)} hash kinds outside of $batch, a tenant",
               alone / many, "requests", "limit: none"),
        Figure(f"{named}$batch requests a tenant", batches / many, "requests"),
    ]  # fmt: skip
