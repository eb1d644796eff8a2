"""Fetches pages from a tenant and returns plain data; decides nothing, and holds no transaction while it waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

from django.db import connections

from tenantry.engines.cloud import apps, batch
from tenantry.engines.cloud.client import Graph, Page
from tenantry.engines.cloud.clouds import cloud
from tenantry.engines.cloud.ledger import kept
from tenantry.engines.cloud.tokens import app_token, roles
from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import KindState, Source
from tenantry.kernel.errors import Problem
from tenantry.kernel.sealing import unseal

Pages = dict[str, Page | Problem]
T = TypeVar("T")
TRIES = 3
BUSY_SECONDS = 1.0


class Reader:
    """One tenant's Graph for a kind and the length of a step; its connections live in a loop of its own."""

    def __init__(self, source: Source, kind: Kind, *, interactive: bool, users: int = 0) -> None:
        self._source, self._kind, self._interactive, self._users = source, kind, interactive, users
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        try:
            graph = _graph(self._source, self._kind.service, interactive=self._interactive, users=self._users)
            self._graph = self._runner.run(graph.__aenter__())
        except Problem:
            self._runner.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._graph.__aexit__(kind, error, trace))
        self._runner.close()

    def page(self, address: str) -> Page:
        """The page at an address; problems as the cloud's client translates them."""
        return self._runner.run(self._graph.page(address, self._kind.permission, size=self._kind.page))

    def permissions(self) -> list[str]:
        """What the token that is in use lets the app do; asks for one only where none is kept."""
        graph = self._graph
        return sorted(roles(app_token(graph.cloud, graph.app, graph.tenant)))

    def count(self) -> int:
        """How many objects Microsoft counts."""
        return self._runner.run(self._graph.count(self._kind.count, self._kind.permission))


def first_pages(source: Source, states: Iterable[KindState], *, interactive: bool, users: int) -> Pages:
    """The page at which each kind's reading stands, asked for in one request, or why there is none of it."""
    calls = {state.kind: _call(kind_of(state.kind), state.link) for state in states}
    return asked(source, lambda graph: batch.pages(graph, calls), interactive=interactive, users=users)


def asked(source: Source, call: Callable[[Graph], Awaitable[T]], *, interactive: bool = False, users: int = 0) -> T:
    """What a call comes to in the source's tenant; for a single one, since its connection ends with it."""
    graph = _graph(source, interactive=interactive, users=users)

    async def carried_out() -> T:
        async with graph:
            return await call(graph)

    return asyncio.run(carried_out())


def _graph(source: Source, service: str = "ID", *, interactive: bool, users: int) -> Graph:
    where, budgets = cloud(source.cloud), kept(source.kept_in)
    return Graph(where, app_of(source), source.tenant_id, service=service, interactive=interactive, budgets=budgets,
                 users=users)  # fmt: skip


def _call(kind: Kind, address: str) -> batch.Call:
    return batch.Call(address, kind.permission, kind.service, headers={"Prefer": f"odata.maxpagesize={kind.page}"})


def app_of(source: Source) -> apps.App:
    """The source's own credential, or the deployment's app where it has none."""
    if not source.credential:
        return apps.app(source.app)
    client_id, _space, secret = unseal(source.credential).partition(" ")
    return apps.App(source.app, client_id, secret)


@contextmanager
def alone(region: str, source_id: int) -> Iterator[bool]:
    """One worker at a time reads a tenant: a session's advisory lock, gone with its worker; False when held."""
    key = f"inventory source {source_id}"
    held = any(_held(region, key, attempt) for attempt in range(TRIES))
    try:
        yield held
    finally:
        if held:
            with connections[region].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _held(region: str, key: str, attempt: int) -> bool:
    time.sleep(min(attempt, 1) * BUSY_SECONDS)  # the server takes a moment to notice that a worker was killed
    with connections[region].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])
