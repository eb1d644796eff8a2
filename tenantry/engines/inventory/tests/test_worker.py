"""A worker killed in the middle of a first read: another goes on at the last finished page, and nothing is doubled."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenantry.engines.durable.client import Client
from tenantry.engines.inventory.models import TenantUser, TenantUserVersion
from tenantry.kernel import clock
from tests import plugin
from tests.cloud import leaf
from tests.rules import rule

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PATIENCE = 90


@pytest.fixture
def worker(microsoft, tmp_path):
    started, env = [], {**os.environ, "DJANGO_SETTINGS_MODULE": "tenantry.config.settings"}

    def start(**more: str) -> subprocess.Popen:
        command = [sys.executable, str(Path(__file__).with_name("reading_worker.py")), "reading-test"]
        with (tmp_path / "log").open("ab") as log:
            started.append(subprocess.Popen(command, env=env | more, cwd=plugin.ROOT, stdout=log, stderr=log))
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


def test_a_worker_hears_of_a_change_and_reads_it(contoso, worker, tmp_path):
    client = Client()
    worker(**listening(contoso.cloud.folder))
    until(lambda: started(client, contoso.source_id), tmp_path)
    until(lambda: contoso.source().first_read_at, tmp_path)
    client.start(
        "inventory.listen", f"listen:{contoso.source_id}", "de-westcentral", [41, "de-westcentral", contoso.source_id]
    )
    until(lambda: len(contoso.cloud.admin.subscriptions()) == 2, tmp_path)
    upn, due = contoso.tenant["cast"]["member"]["upn"], contoso.state("users").next_due
    contoso.cloud.admin.mutate(contoso.tenant["id"], "users", "change", upn, jobTitle="Told to a worker")
    until(lambda: titled(contoso, "Told to a worker"), tmp_path)
    client.dbos.destroy()
    contoso.cloud.admin.withdraw(contoso.tenant["id"])
    assert clock.now() < due  # it was not yet the turn of the interval


def listening(folder: Path) -> dict[str, str]:
    """The settings of a worker that Microsoft can reach."""
    certificate, key = leaf(folder, "worker")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {"NOTICES_URL": f"https://localhost:{port}/notices", "NOTICES_PORT": str(port),
            "NOTICES_CERTIFICATE": str(certificate), "NOTICES_KEY": str(key)}  # fmt: skip


def titled(contoso, title: str) -> bool:
    """Whether a user with the title was read."""
    with contoso.here():
        return TenantUser.objects.filter(job_title=title).exists()


def until(condition, folder: Path) -> None:
    """Wait for it, and show the worker's log when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
        time.sleep(0.05)


def started(client: Client, source_id: int) -> bool:
    """Whether the read could be enqueued: the worker's tables take a while, and the key starts it once."""
    try:
        client.start(
            "inventory.first_read", f"reading:{source_id}", "de-westcentral", [41, "de-westcentral", source_id]
        )
    except Exception:  # noqa: BLE001  # whatever it is, it must end before the deadline
        return False
    return True
