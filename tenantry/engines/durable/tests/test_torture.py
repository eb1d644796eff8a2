"""Workers killed at random points: the end equals that of an undisturbed run. `make torture` kills 200 times."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from tenantry.engines.durable.models import Work
from tenantry.engines.durable.tasks import Place, Task
from tenantry.engines.durable.tests.conftest import (
    PARTNER,
    REGION,
    done,
    row,
    start,
    until,
    until_finished,
    written,
)
from tenantry.kernel import scope

KILLS = int(os.environ.get("TORTURE_KILLS", "3"))
PARTS, SLOTS, TASKS = 4, 8, 6 * KILLS
PATIENCE = 60 + 30 * KILLS
WRITE = Task("sample.write", lambda: None, None)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120 + 60 * KILLS)]


def test_kill_9_at_random_points_loses_nothing_and_repeats_only_what_was_in_flight(worker, client, tmp_path):
    with scope.task(PARTNER, REGION):
        for number in range(TASKS):
            WRITE.book(Place(PARTNER, REGION), f"sample:{number}", (number,)).opens()
    alive = worker("worker-0")
    start(client, *range(TASKS))
    points = sorted(random.Random(11).sample(range(1, TASKS * PARTS - SLOTS), KILLS))  # not a secret
    for number, point in enumerate(points, 1):
        until(lambda point=point: done(tmp_path) >= point, tmp_path, PATIENCE)
        alive.kill()
        alive.wait()
        alive = worker(f"worker-{number % 2}")  # by turns the same name comes back, or another takes over
    until(lambda: row(TASKS - 1).state == Work.State.DONE, tmp_path, PATIENCE)
    until_finished(client, tmp_path, PATIENCE)
    assert done(tmp_path) == TASKS * PARTS
    assert len(written(tmp_path)) <= TASKS * PARTS + KILLS * SLOTS
    assert {row(number).state for number in range(TASKS)} == {Work.State.DONE}


def test_two_workers_after_one_take_over_share_the_work_and_double_none(worker, client, tmp_path):
    first = worker("worker-one")
    start(client, *range(12))
    until(lambda: done(tmp_path) >= 12, tmp_path)
    first.kill()
    first.wait()
    for name in ("worker-two", "worker-three"):
        worker(name)
    until_finished(client, tmp_path)
    assert done(tmp_path) == 12 * PARTS
    assert len(written(tmp_path)) <= 12 * PARTS + SLOTS


def test_a_schedule_neither_skips_nor_doubles_a_minute_over_a_killed_worker(worker, client, tmp_path):
    first = worker("worker-one")
    until(lambda: [one for one in client.dbos.list_schedules() if one["schedule_name"] == "sample.tick"], tmp_path)
    end = datetime.now(UTC).replace(second=30, microsecond=0) - timedelta(hours=1)
    window = (end - timedelta(minutes=30), end)
    ids = {one.workflow_id for one in client.dbos.backfill_schedule("sample.tick", *window)}
    until((tmp_path / "ticks.txt").exists, tmp_path)
    first.kill()
    first.wait()
    client.dbos.backfill_schedule("sample.tick", *window)  # as a scheduler that comes to the same minutes again
    worker("worker-two")
    until(lambda: statuses(client, ids) == {"SUCCESS"}, tmp_path)
    assert len(ids) == 30
    ran = len(client.dbos.list_workflows(name="sample.tick"))
    assert ran - 30 <= 3  # those of the minutes that the test itself took
    assert 30 <= len((tmp_path / "ticks.txt").read_text().splitlines()) <= ran + 30


def statuses(client, ids):
    found = client.dbos.list_workflows(workflow_ids=list(ids), load_input=False, load_output=False)
    return {one.status for one in found} if len(found) == len(ids) else set()
