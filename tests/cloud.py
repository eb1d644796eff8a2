"""A simulated Microsoft cloud for tests: one a session, in a data folder of the worker's own, without faults."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings as configured

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
def microsoft(running_cloud, tmp_path, settings) -> Running:
    """The simulator without faults, in which the deployment's own apps are registered and nothing is consented."""
    from tenantry.engines.cloud import apps
    from tenantry.engines.inventory import catalogue

    settings.DATA = tmp_path
    admin = running_cloud.admin
    admin.clear_faults()
    answer = [f"{settings.PUBLIC_URL}/connect/microsoft"]
    wishes = [wish.name for wish in catalogue.INSIGHT]
    apps.keep(apps.INSIGHT, *admin.app("Tenantry Insight", redirect_uris=answer, roles=wishes))
    scopes = ["openid", "profile", "User.Read"]
    apps.keep(apps.SIGN_IN, *admin.app("Tenantry sign-in", redirect_uris=answer, scopes=scopes))
    yield running_cloud
    admin.clear_faults()
