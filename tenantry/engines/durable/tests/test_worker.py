"""A worker killed in the middle goes on where it was; nothing is lost and only the step in flight runs again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenantry.engines.durable.client import Client
from tests import plugin

TASKS, PARTS = 12, 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(tmp_path):
    started = []

    def start() -> subprocess.Popen:
        env = {**os.environ, "SAMPLE_FOLDER": str(tmp_path), "DJANGO_SETTINGS_MODULE": os.environ.get(
            "DJANGO_SETTINGS_MODULE", "tenantry.config.settings")}  # fmt: skip
        log = (tmp_path / "log").open("ab")
        command = [sys.executable, str(Path(__file__).with_name("sample_worker.py")), "worker-test"]
        started.append(subprocess.Popen(command, env=env, cwd=plugin.ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def done(folder: Path) -> int:
    return len(list(folder.glob("*-*")))


def wait_until(folder: Path, count: int, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while done(folder) < count:
        assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
        time.sleep(0.05)


def test_after_kill_9_every_task_finishes_and_only_steps_in_flight_ran_twice(worker, tmp_path):
    first = worker()
    client = Client()
    wait_until_ready(client, tmp_path)
    for number in range(TASKS):
        client.start("sample.write", f"sample:{number}", "de-westcentral", [1, "de-westcentral", number])
    wait_until(tmp_path, TASKS)
    first.send_signal(signal.SIGKILL)
    first.wait()
    worker()
    wait_until(tmp_path, TASKS * PARTS)
    wait_until_finished(client)
    written = [path.read_text() for path in tmp_path.glob("*-*")]
    assert len(written) == TASKS * PARTS
    assert sum(len(text) for text in written) <= TASKS * PARTS + 8  # at most the steps in flight, one for each slot
    client.dbos.destroy()


def test_the_same_key_starts_one_task(worker, tmp_path):
    worker()
    client = Client()
    wait_until_ready(client, tmp_path)
    for _ in range(3):
        client.start("sample.write", "sample:once", "de-westcentral", [1, "de-westcentral", 77])
    wait_until(tmp_path, PARTS)
    wait_until_finished(client)
    assert {path.read_text() for path in tmp_path.glob("77-*")} == {"x"}
    client.dbos.destroy()


def wait_until_ready(client: Client, folder: Path) -> None:
    """The worker has made its tables."""
    deadline = time.monotonic() + 30
    while True:
        try:
            client.dbos.list_workflows(limit=1)
        except Exception:  # noqa: BLE001  # whatever it is, it must end before the deadline
            assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
            time.sleep(0.2)
        else:
            return


def wait_until_finished(client: Client) -> None:
    deadline = time.monotonic() + 30
    while any(w.status in ("ENQUEUED", "PENDING") for w in client.dbos.list_workflows(name="sample.write")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
