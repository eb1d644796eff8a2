"""A worker killed in the middle of a first read: another goes on at the last finished page, and nothing is doubled."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenantry.engines.durable.client import Client
from tenantry.engines.inventory.models import TenantUser, TenantUserVersion
from tests import plugin
from tests.rules import rule

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PATIENCE = 90


@pytest.fixture
def worker(microsoft, tmp_path):
    started, env = [], {**os.environ, "DJANGO_SETTINGS_MODULE": "tenantry.config.settings"}

    def start() -> subprocess.Popen:
        command = [sys.executable, str(Path(__file__).with_name("reading_worker.py")), "reading-test"]
        with (tmp_path / "log").open("ab") as log:
            started.append(subprocess.Popen(command, env=env, cwd=plugin.ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@rule("MOD-16")
def test_after_kill_9_the_first_read_goes_on_and_its_rows_equal_an_undisturbed_read(contoso, worker, tmp_path):
    """Killed in a read, the worker's successor ends with the rows of an undisturbed run."""
    contoso.cloud.admin.fault("slow", match={"path": "/users/delta"}, params={"seconds": 0.1})
    first, client = worker(), Client()
    until(lambda: started(client, contoso.source_id), tmp_path)
    until(lambda: contoso.state("users").page >= 4, tmp_path)
    first.kill()
    first.wait()
    contoso.cloud.admin.clear_faults()
    worker()
    until(lambda: contoso.source().first_read_at, tmp_path)
    client.dbos.destroy()
    assert contoso.state("users").page == contoso.tenant["users"] / 2
    with contoso.here():
        assert not TenantUserVersion.objects.exists()
        ids = list(TenantUser.objects.values_list("object_id", flat=True))
    assert len(ids) == len(set(ids)) == contoso.tenant["users"]
    assert contoso.figures().users + contoso.figures().guests == contoso.tenant["users"]


def until(condition, folder: Path) -> None:
    """Wait for it, and show the worker's log when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
        time.sleep(0.05)


def started(client: Client, source_id: int) -> bool:
    """Whether the read could be enqueued: the worker's tables take a while, and the key starts it once."""
    try:
        client.start("inventory.first_read", "reading:1", "de-westcentral", [41, "de-westcentral", source_id])
    except Exception:  # noqa: BLE001  # whatever it is, it must end before the deadline
        return False
    return True
