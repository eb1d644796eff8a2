"""Workers as processes of their own, which tests kill, stop and let go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy.exc

from tenantry.engines.durable.client import Client, prepare
from tenantry.engines.durable.models import Work
from tenantry.kernel import scope
from tests import plugin

PARTNER, REGION = 1, "de-westcentral"


@pytest.fixture
def worker(tmp_path):
    started = []

    def start(name: str = "worker-test") -> subprocess.Popen:
        env = {**os.environ, "SAMPLE_FOLDER": str(tmp_path), "DJANGO_SETTINGS_MODULE": os.environ.get(
            "DJANGO_SETTINGS_MODULE", "tenantry.config.settings")}  # fmt: skip
        log = (tmp_path / "log").open("ab")
        command = [sys.executable, str(Path(__file__).with_name("sample_worker.py")), name]
        started.append(subprocess.Popen(command, env=env, cwd=plugin.ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def client():
    prepare()
    mine = Client()
    mine.dbos.delete_workflows([one.workflow_id for one in mine.dbos.list_workflows(workflow_id_prefix="sample")])
    yield mine
    mine.dbos.destroy()


def start(client, *numbers, name="sample.write"):
    for number in numbers:
        client.start(name, f"sample:{number}", REGION, [PARTNER, REGION, number])


def done(folder: Path) -> int:
    return len(list(folder.glob("*-?")))


def written(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("*-?"))


def until(condition, folder: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not answer(condition):
        assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
        time.sleep(0.05)


def answer(condition):
    """What it says; nothing while the database is away."""
    try:
        return condition()
    except sqlalchemy.exc.OperationalError:
        return False


def unfinished(client):
    found = client.dbos.list_workflows(workflow_id_prefix="sample:")
    return [one for one in found if one.status in {"ENQUEUED", "PENDING"}]


def until_finished(client, folder: Path, seconds: float = 60) -> None:
    try:
        until(lambda: not unfinished(client), folder, seconds)
    except AssertionError:
        left = [(one.workflow_id, one.status, one.executor_id, one.queue_name) for one in unfinished(client)]
        pytest.fail(f"{left} {(folder / 'log').read_text()[-3000:]}")


def row(number: int) -> Work:
    """What people see of the task."""
    with scope.task(PARTNER, REGION):
        return Work.objects.get(workflow=f"sample:{number}")
