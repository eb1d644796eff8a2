"""A worker killed in the middle goes on where it was; nothing is lost and only the step in flight runs again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tenantry.engines.durable.tests.conftest import REGION, done, start, unfinished, until, until_finished, written
from tenantry.engines.postgres import server
from tenantry.engines.postgres.provision import provision
from tests import plugin

TASKS, PARTS = 20, 4
FEWER, SLOTS = 12, 8
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server_of_its_own(tmp_path, monkeypatch, settings):
    """A server that a test may kill, with the databases of one region."""
    settings.DATA, settings.REGIONS = tmp_path / "data", (REGION,)
    monkeypatch.setenv("TENANTRY_DATA", str(settings.DATA))
    monkeypatch.setenv("REGIONS", REGION)
    monkeypatch.setenv("DATABASE_PREFIX", "")
    with server.running(settings.DATA):
        provision(settings.DATA, "", (REGION,), settings.SECRET_KEY)
        migrate = [sys.executable, "-m", "django", "migrate", "durable", "--settings", "tenantry.config.settings"]
        subprocess.run(migrate, check=True, cwd=plugin.ROOT, capture_output=True, timeout=120)
        yield settings.DATA


def test_after_kill_9_every_task_finishes_and_only_steps_in_flight_ran_twice(worker, client, tmp_path):
    first = worker()
    start(client, *range(TASKS), *range(TASKS))  # started twice under one key, each is one task
    until(lambda: done(tmp_path) >= TASKS, tmp_path)
    first.kill()
    first.wait()
    worker()
    until_finished(client, tmp_path)
    assert done(tmp_path) == TASKS * PARTS
    assert len(written(tmp_path)) <= TASKS * PARTS + SLOTS


def test_another_worker_takes_over_what_a_killed_one_began(worker, client, tmp_path):
    first = worker("worker-one")
    start(client, *range(FEWER))
    until(lambda: done(tmp_path) >= FEWER, tmp_path)
    first.kill()
    first.wait()
    worker("worker-two")
    until_finished(client, tmp_path)
    assert done(tmp_path) == FEWER * PARTS
    assert len(written(tmp_path)) <= FEWER * PARTS + SLOTS
    assert {one.queue_name for one in client.dbos.list_workflows(workflow_id_prefix="sample:")} == {f"work-{REGION}"}


def test_a_worker_that_is_only_slow_is_not_robbed(worker, client, tmp_path):
    slow = worker("worker-slow")
    start(client, *range(SLOTS))
    until(lambda: done(tmp_path) >= SLOTS, tmp_path)
    slow.send_signal(signal.SIGSTOP)
    begun = {one.workflow_id for one in unfinished(client) if one.executor_id == "worker-slow"}
    worker("worker-other")
    time.sleep(6)  # the one thing that is waited for here: that nothing happens
    assert begun
    assert begun <= {one.workflow_id for one in unfinished(client)}
    slow.send_signal(signal.SIGCONT)
    until_finished(client, tmp_path)
    assert written(tmp_path) == "1" * SLOTS * PARTS


def test_a_lost_database_is_waited_for_and_every_task_finishes(server_of_its_own, worker, client, tmp_path):
    worker()
    start(client, *range(SLOTS))
    until(lambda: done(tmp_path) >= SLOTS, tmp_path)
    pid = int((server_of_its_own / "postgres/data/postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    time.sleep(3)  # the outage itself
    with server.running(server_of_its_own):
        until_finished(client, tmp_path)
        found = client.dbos.list_workflows(workflow_id_prefix="sample:")
    assert {one.status for one in found} == {"SUCCESS"}
    assert done(tmp_path) == SLOTS * PARTS


def test_later_is_waited_out_and_anything_else_is_parked_for_a_person(worker, client, tmp_path):
    worker()
    start(client, 1, name="sample.wait")
    start(client, 2, name="sample.fail")
    until_finished(client, tmp_path)
    assert (tmp_path / "tries-1.txt").read_text() == "xx"
    assert written(tmp_path) == "11"
    statuses = {one.workflow_id: one.status for one in client.dbos.list_workflows(workflow_id_prefix="sample:")}
    assert statuses == {"sample:1": "SUCCESS", "sample:2": "ERROR"}


def test_a_worker_asked_to_stop_ends_soon_and_loses_nothing(worker, client, tmp_path):
    first = worker()
    start(client, *range(FEWER))
    until(lambda: done(tmp_path) >= FEWER, tmp_path)
    first.terminate()
    assert first.wait(15) == 0
    worker()
    until_finished(client, tmp_path)
    assert done(tmp_path) == FEWER * PARTS
    assert len(written(tmp_path)) <= FEWER * PARTS + SLOTS
