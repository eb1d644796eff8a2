"""A simulated cloud for these tests, and a tenant of it that Alpenrand reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tenantry.engines.cloud import apps, client
from tenantry.engines.cloud.budget import Budgets
from tenantry.engines.inventory import actions, collect
from tenantry.engines.inventory.models import Figures, KindState, Source
from tenantry.engines.inventory.tasks import cycle, first_read, tick
from tenantry.kernel import clock, scope
from tenantry.kernel.actor import system

REGION, PARTNER, CUSTOMER = "de-westcentral", 41, 77


@dataclass
class Reading:
    """A tenant that is read by a partner."""

    cloud: Any
    tenant: dict[str, Any]
    work: Any
    source_id: int = 0

    def here(self):
        """The scope of the partner's own system."""
        return scope.task(PARTNER, REGION)

    def connect(self) -> None:
        """Consent and connect."""
        self.cloud.admin.consent(self.tenant["id"], self.app)
        with self.here():
            made = actions.connect(
                system(PARTNER, REGION), customer_id=CUSTOMER, tenant_id=self.tenant["id"], cloud="simulator", roles=[]
            )
            self.source_id = made.pk

    @property
    def app(self) -> str:
        """The Insight app's id."""
        return apps.app(apps.INSIGHT).client_id

    def newcomer(self) -> str:
        """Let somebody join the tenant, whom a test can do away with."""
        upn = f"{uuid4().hex}@contoso.example"
        values = {"displayName": "Nina Neu", "userPrincipalName": upn, "mailNickname": "nina", "accountEnabled": True}
        made = self.cloud.admin.mutate(self.tenant["id"], "users", "create", **values)
        return made["id"]

    def first_read(self) -> None:
        """Do the first read here and now."""
        first_read.start(self.source_id, key=str(self.source_id), partner=PARTNER, region=REGION)
        self.work.drain()

    def read(self) -> None:
        """Carry out a cycle of the kinds that are due."""
        cycle.carry_out(self.work.run, PARTNER, REGION, self.source_id)

    def tick(self) -> None:
        """A minute has passed: do what is due."""
        tick()
        self.work.drain()

    def state(self, kind: str) -> KindState:
        """The kind's state."""
        with self.here():
            return KindState.objects.get(source_id=self.source_id, kind=kind)

    def source(self) -> Source:
        """The source."""
        with self.here():
            return Source.objects.get(pk=self.source_id)

    def figures(self) -> Figures:
        """The tenant's figures."""
        with self.here():
            return Figures.objects.get(source_id=self.source_id)


@pytest.fixture
def contoso(microsoft, work, db, monkeypatch) -> Reading:
    """Contoso with its thirty users: consented and connected, not yet read."""
    monkeypatch.setattr(client, "BREATH", 0)
    budgets = Budgets(lambda: clock.now().timestamp() + work.run.waited)
    monkeypatch.setattr(collect, "kept", lambda region: budgets)
    reading = Reading(microsoft, microsoft.admin.tenant("contoso.example"), work)
    reading.connect()
    return reading
