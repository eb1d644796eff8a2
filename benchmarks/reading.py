"""Users of many tenants, from an HTTPS page to committed rows, beside COPY of the same rows, and beside msgraph-sdk.

READING_TENANTS, READING_USERS and READING_CONNECTIONS in the environment make it smaller or larger.
"""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import apart, beside, contestant, sdk, second, tenants
from benchmarks.place import REGION
from benchmarks.results import Figure
from benchmarks.tenants import PARTNER

ROUNDS = 5
ENOUGH = 400.0  # MB, at most, for a worker


def measure() -> list[Figure]:
    """See `measured`."""
    return apart.run("reading")


def measured() -> list[Figure]:
    """First read, in rounds that alternate with COPY; then reads of what is known; then the SDK."""
    many, users = apart.whole("READING_TENANTS", 100), apart.whole("READING_USERS", 5_000)
    threads = apart.whole("READING_CONNECTIONS", 2)
    with tenants.cloud([users] * many + [users, users]) as cloud:
        sources, spare = _connected(cloud.tenants)
        beside.tables()
        groups = [sources[number::ROUNDS] for number in range(ROUNDS)]
        memory: list[list[float]] = []
        rounds = [_round(group, users, threads, memory, cloud.running.process.pid) for group in groups if group]
        if len({count for pair in beside.counted() for count in pair} | {many * users}) > 1:
            raise SystemExit(f"Rows are missing: {beside.counted()}.")
        tenants.settle()
        named = f"first read, {many} tenants × {users:,} users, {threads} connections"
        return [
            *_first(named, rounds, memory),
            *second.figures(groups, users, threads),
            *sdk.figures(cloud, spare, users),
        ]


def _connected(ids: list[str]) -> tuple[list[int], list[int]]:
    found = tenants.connected(ids, only="users")
    return found[:-2], found[-2:]


def read(source: int) -> None:
    """One tenant's first read, as a worker does it; a read that had to wait would measure the waiting."""
    from tenantry.engines.durable.inline import InlineRun
    from tenantry.engines.inventory.tasks import first_read

    run = InlineRun()
    first_read.carry_out(run, PARTNER, REGION, source)
    if run.waited:
        raise SystemExit(f"The read of source {source} had to wait for {run.waited:.0f} s.")


def _round(group: list[int], users: int, threads: int, memory: list[list[float]], simulator: int) -> dict[str, float]:
    """Objects a second of the engine and of COPY, and the share of its time that the simulator ran."""
    before = contestant.on_processor([simulator])
    with _watched(memory):
        ours = tenants.side_by_side(read, group, threads)
    simulated = contestant.on_processor([simulator]) - before
    for source in group:
        beside.prepare(source)
    theirs = tenants.side_by_side(beside.copy, group, threads)
    objects = len(group) * users
    print(f"round: {objects / ours:,.0f} objects/s, COPY {objects / theirs:,.0f}, {max(memory[-1]):.0f} MB", flush=True)
    return {"ours": objects / ours, "copy": objects / theirs, "simulator": simulated / ours}


@contextmanager
def _watched(memory: list[list[float]]) -> Iterator[None]:
    """Look five times a second at what the process holds."""
    looks, ended = [tenants.resident()], threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            looks.append(tenants.resident())

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()
        memory.append(looks)


def _first(named: str, rounds: list[dict[str, float]], memory: list[list[float]]) -> list[Figure]:
    ours, copied, simulated = (statistics.median(one[key] for one in rounds) for key in ("ours", "copy", "simulator"))
    growth = max(memory[-1]) - max(memory[min(1, len(memory) - 1)])
    return [
        Figure(named, ours, "objects/s", "COPY", copied),
        Figure("first read, the simulator's share of a processor meanwhile", simulated, "processors"),
        Figure("first read, memory of the reading process at most", max(map(max, memory)), "MB", "limit", ENOUGH),
        Figure("first read, memory that was added after the second round", growth, "MB"),
    ]
