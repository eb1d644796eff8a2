"""A tenant of the simulated cloud that has consented, and a client of it."""

from __future__ import annotations

import asyncio

import pytest

from tenantry.engines.cloud import apps, client
from tenantry.engines.cloud.budget import Budgets
from tenantry.engines.cloud.client import Graph
from tenantry.engines.cloud.clouds import cloud


@pytest.fixture
def tenant(microsoft, monkeypatch):
    monkeypatch.setattr(client, "BREATH", 0)
    found = microsoft.admin.tenant("contoso.example")
    microsoft.admin.consent(found["id"], apps.app(apps.INSIGHT).client_id)
    return found


@pytest.fixture
def with_graph(tenant):
    """Calls a function with a client of the tenant, and returns what it finds."""

    def called(function, **wish):
        async def within():
            wished = {"budgets": Budgets()} | wish
            async with Graph(cloud("simulator"), apps.app(apps.INSIGHT), tenant["id"], **wished) as graph:
                return await function(graph)

        return asyncio.run(within())

    return called
