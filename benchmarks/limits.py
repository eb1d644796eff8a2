"""A simulator that keeps Microsoft's limits: how much of the background's allowance we use, and who is refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from benchmarks import apart, tenants
from benchmarks.place import REGION
from benchmarks.results import Figure
from benchmarks.tenants import Cloud

USERS = 40
SECONDS = 60  # whole windows of every service
LEAST = 0.9


@dataclass(frozen=True)
class Service:
    """What is asked of a service all the time, what a call of it costs, and by how many callers at once."""

    name: str
    path: str
    cost: int
    callers: int


SERVICES = (
    Service("ID", "/subscribedSkus", 3, 8),
    Service("RPT", "/reports/authenticationMethods/userRegistrationDetails", 1, 2),
    Service("IPC", "/identity/conditionalAccess/policies", 1, 2),
)


def measure() -> list[Figure]:
    """See `measured`."""
    return apart.run("limits")


def measured() -> list[Figure]:
    """Units that Microsoft granted in whole windows, by what the background may use of them; refusals of any call."""
    with tenants.cloud([USERS]) as cloud:
        cloud.running.admin.limits(on=True)
        asyncio.run(_ask_all(cloud))
        counted = cloud.counted()
    other = {key: count for key, count in counted.items() if key[2] != 200}
    refused = sum(count for (_tenant, _asked, status), count in other.items() if status == 429)
    print(f"answers other than 200: {other or 'none'}", flush=True)
    if refused != sum(other.values()):
        raise SystemExit("Something else than the limits was in the way.")
    return [
        *(_share(one, counted) for one in SERVICES),
        Figure(f"limits kept for {SECONDS} s, avoidable 429", refused, "answers", "limit: none"),
    ]


async def _ask_all(cloud: Cloud) -> None:
    """Ask without a pause but those that the budget makes, until the time is over."""
    callers = asyncio.gather(*(_ask(cloud, one) for one in SERVICES))
    try:
        await asyncio.wait_for(callers, SECONDS)
    except TimeoutError:
        return
    raise SystemExit("The callers ended before their time.")


async def _ask(cloud: Cloud, service: Service) -> None:
    from tenantry.engines.cloud.apps import App
    from tenantry.engines.cloud.client import Graph
    from tenantry.engines.cloud.clouds import cloud as known
    from tenantry.engines.cloud.ledger import kept

    app = App("insight", *cloud.app)
    graph = Graph(known("simulator"), app, cloud.tenants[0], service=service.name, budgets=kept(REGION), users=USERS)
    waits = _Waits(graph.pause)
    graph.pause = waits.pause
    try:
        async with graph:
            await asyncio.gather(*(_keep_asking(graph, service.path) for _ in range(service.callers)))
    finally:
        print(f"{service.name}: the budget asked {waits.count} times to wait", flush=True)


class _Waits:
    """Counts how often a budget asks to wait: where it never does, the machine was too slow for the allowance."""

    def __init__(self, pause) -> None:
        self._pause, self.count = pause, 0

    async def pause(self, service: str) -> float:
        """What the budget says."""
        seconds = await self._pause(service)
        self.count += seconds > 0
        return seconds


async def _keep_asking(graph, path: str) -> None:
    from tenantry.kernel.errors import Later

    while True:
        try:
            await graph.page(path, "")
        except Later as wait:
            await asyncio.sleep(wait.seconds)


def _share(service: Service, counted: dict[tuple[str, str, int], int]) -> Figure:
    from tenantry.engines.cloud.budget import FOR_BACKGROUND
    from tenantry.engines.cloud.catalogue import limits

    limit = limits().services[service.name].limits_for(USERS)[0]
    granted = sum(
        count * service.cost for (_tenant, asked, status), count in counted.items()
        if status == 200 and asked == f"GET {service.path}"
    )  # fmt: skip
    allowed = FOR_BACKGROUND * limit.units * SECONDS / limit.seconds
    print(f"{service.name}: {granted} of {allowed:.0f} units", flush=True)
    return Figure(f"limits, share of the background's allowance used, {service.name}", granted / allowed, "of 1",
                  "limit", LEAST)  # fmt: skip
