"""A simulated Microsoft cloud for tests: one a session, in a data folder of the worker's own, without faults."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as configured

from simulator.identity.keys import Keys, issue
from simulator.testing import Running, start


@pytest.fixture(scope="session")
def running_cloud() -> Running:
    """The simulator of this session, on free ports, with the world `tiny`."""
    folder = Path(configured.SIMULATOR_DATA)
    shutil.rmtree(folder, ignore_errors=True)  # what an older generator left there is of no use
    running = start("tiny", data=folder)
    yield running
    running.stop()


@pytest.fixture
def microsoft(running_cloud, monkeypatch, settings) -> Running:
    """The simulator as it was seeded, in which the deployment's own apps are registered and nothing is consented."""
    from tenantry.engines.cloud.budget import Budgets
    from tenantry.engines.inventory import catalogue, collect

    budgets = Budgets()  # nobody waits for what another test has spent
    monkeypatch.setattr(collect, "kept", lambda region: budgets)
    admin, answer = running_cloud.admin, [f"{settings.PUBLIC_URL}/connect/microsoft"]
    admin.reset()
    wishes = {
        "INSIGHT": {"display_name": "Tenantry Insight", "roles": [wish.name for wish in catalogue.INSIGHT]},
        "SIGN_IN": {"display_name": "Tenantry sign-in", "scopes": ["openid", "profile", "User.Read"]},
    }
    for name, wish in wishes.items():
        client_id, secret = admin.app(redirect_uris=answer, **wish)
        monkeypatch.setenv(f"APP_{name}_ID", client_id)
        monkeypatch.setenv(f"APP_{name}_SECRET", secret)
    return running_cloud


@contextmanager
def budget_of(source, service):
    """The budget that all processes share for one service of a tenant, and the key that it goes by."""
    from tenantry.engines.cloud.budget import Key
    from tenantry.engines.cloud.ledger import Shared
    from tenantry.engines.inventory.collect import app_of

    budgets = Shared(source.kept_in)
    yield budgets, Key(app_of(source).client_id, source.tenant_id, service)
    budgets.close()


def leaf(folder, name):
    """The certificate and key files of a receiver on this machine, from the simulator's authority."""
    Keys(folder)
    issue(folder, name, ["localhost"])
    return folder / f"{name}.pem", folder / f"{name}.key"
