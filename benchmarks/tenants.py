"""Tenants of a simulated cloud that benches read through the real engine, in databases of their own."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks import place
from benchmarks.place import DATA, REGION

PARTNER, CUSTOMER = 41, 77
LICENCES = '[licences]\nall = [{ part = "SPE_E5", share = 60 }]\n'  # so that no kind is refused for want of a plan
TENANT = '\n[[tenants]]\nname = "Tenant {0}"\ndomain = "{0}.example"\ncountry = "DE"\nusers = {1}\nlicences = "all"\n'


@dataclass(frozen=True)
class Cloud:
    """A simulator that runs, and the ids of its tenants in the order of the sizes that were asked for."""

    running: Any
    tenants: list[str]
    app: tuple[str, str]

    def counted(self, part: str = "graph") -> dict[tuple[str, str, int], int]:
        """Requests so far by tenant, path and status."""
        rows = [row for row in self.running.admin.requests() if row["part"] == part]
        return {(row["tenant"], f"{row['method']} {row['path']}", row["status"]): row["count"] for row in rows}


@contextmanager
def cloud(sizes: Iterable[int]) -> Iterator[Cloud]:
    """A cloud with tenants of so many users, fresh databases, the app registered and consented to."""
    from django.conf import settings

    from tenantry.engines.durable.inline import InlineWork
    from tenantry.engines.durable.tasks import replace_starter
    from tenantry.engines.inventory import catalogue

    replace_starter(InlineWork())  # facts find nobody who would act on them
    with place.server():
        _fresh()
        with simulated(settings.SIMULATOR_DATA, sizes, [wish.name for wish in catalogue.INSIGHT]) as found:
            os.environ.update({"APP_INSIGHT_ID": found.app[0], "APP_INSIGHT_SECRET": found.app[1]})
            try:
                yield found
            finally:
                _close()


@contextmanager
def simulated(folder: Path, sizes: Iterable[int], roles: list[str]) -> Iterator[Cloud]:
    """A simulator that has never run before, with tenants of so many users; all have consented to an app."""
    from simulator.testing import start

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    domains = {f"t{number:04}": users for number, users in enumerate(sizes)}
    (folder / "world.toml").write_text(LICENCES + "".join(TENANT.format(*one) for one in domains.items()))
    running = start(str(folder / "world"), data=folder)
    try:
        app = running.admin.app("Tenantry Insight", roles=roles)
        known = {one["default_domain"]: one["id"] for one in running.admin.world()}
        tenants = [known[f"{name}.example"] for name in domains]
        for tenant in tenants:
            running.admin.consent(tenant, app[0])
        yield Cloud(running, tenants, app)
    finally:
        running.stop()


def _fresh() -> None:
    """Databases as the migrations leave them."""
    import psycopg
    from django.core.management import call_command

    from tenantry.engines.postgres import addresses

    with psycopg.connect(**addresses.admin(DATA, ""), autocommit=True) as connection:
        for alias in (addresses.DIRECTORY, addresses.WORK, REGION):
            connection.execute(f'DROP DATABASE IF EXISTS "{addresses.database_name(alias)}" WITH (FORCE)')
    call_command("migrate", verbosity=0)


def admin() -> Any:
    """A connection to the region's database that no row security binds."""
    import psycopg

    from tenantry.engines.postgres import addresses

    return psycopg.connect(**addresses.admin(DATA, "", addresses.database_name(REGION)), autocommit=True)


def settle() -> None:
    """As autovacuum would leave it some minutes later."""
    with admin() as connection:
        connection.execute("VACUUM ANALYZE")


def connected(tenants: Iterable[str], *, only: str = "") -> list[int]:
    """Connect tenants; their sources' ids. With `only`, the other kinds are not due for a day."""
    from tenantry.engines.inventory import actions
    from tenantry.engines.inventory.models import KindState
    from tenantry.kernel import clock, scope
    from tenantry.kernel.actor import system

    with scope.task(PARTNER, REGION):
        sources = [
            actions.connect(
                system(PARTNER, REGION), customer_id=CUSTOMER, tenant_id=tenant, cloud="simulator", roles=[]
            ).pk
            for tenant in tenants
        ]
        if only:
            KindState.objects.exclude(kind=only).update(next_due=clock.now() + timedelta(days=1))
    return sources


def side_by_side(work: Callable[[Any], object], items: Iterable[Any], threads: int) -> float:
    """Seconds in which so many threads, each with connections of its own, have done the work for every item."""
    waiting, failed = deque(items), []

    def each() -> None:
        try:
            while waiting and not failed:
                with suppress(IndexError):
                    work(waiting.popleft())
        except BaseException as problem:
            failed.append(problem)
            raise
        finally:
            _close()

    began = time.perf_counter()
    running = [threading.Thread(target=each) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - began


def _close() -> None:
    from django.db import connections

    connections.close_all()


def resident() -> float:
    """MB of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
