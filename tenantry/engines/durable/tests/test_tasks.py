"""Tasks, steps, ticks and the outbox, carried out in the test's own process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction

from tenantry.engines.durable import here, step, tasks
from tenantry.engines.durable.dispatcher import DISPATCHER, KEPT, OVERDUE, sweep
from tenantry.kernel import clock, facts, scope
from tenantry.kernel.errors import Broken, Later
from tenantry.kernel.models import Outbox

REGION = "ch-north"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def declared(monkeypatch):
    """Declares a task for one test."""

    def declare(function, **rest):
        monkeypatch.setattr(tasks, "TASKS", dict(tasks.TASKS))
        monkeypatch.setattr("tenantry.engines.durable.inline.TASKS", tasks.TASKS)
        return tasks.task("sample.act", **rest)(function)

    return declare


def test_a_task_is_started_after_the_commit_and_not_after_a_rollback(work, declared):
    acted = declared(lambda number: None)
    with scope.task(5, REGION):
        acted.start(1, key="a")
        assert work.waiting == []
    assert work.waiting == [("sample.act", [5, REGION, 1])]
    with scope.task(5, REGION):
        acted.start(2, key="b")
        transaction.set_rollback(True, using=REGION)
    assert len(work.waiting) == 1


def test_a_key_starts_a_task_once(work, declared):
    acted = declared(lambda number: None)
    for _ in range(3):
        acted.start(1, key="a", partner=5, region=REGION)
    assert len(work.waiting) == 1


def test_a_task_knows_for_whom_it_works_and_may_what_it_declares(work, declared):
    seen = []

    def look():
        with here().opened() as opened:
            may = [opened.actor.holds(name) for name in ("customers.view", "customers.edit")]
            seen.append((opened.partner, opened.region, opened.actor.kind, may))

    declared(lambda: step("look", look), permissions=frozenset({"customers.view"})).start(
        key="a", partner=5, region=REGION
    )
    work.drain()
    assert seen == [(5, REGION, "system", [True, False])]


def test_later_is_waited_out_and_the_step_tried_again(work, declared):
    tries = []

    def patient():
        tries.append(1)
        if len(tries) < 3:
            raise Later("Not yet.", seconds=40)

    declared(lambda: step("patient", patient)).start(key="a", partner=5, region=REGION)
    work.drain()
    assert len(tries) == 3
    assert work.run.waited == 80


def test_a_step_waits_neither_longer_than_a_quarter_of_an_hour_nor_for_ever(work, declared):
    def never():
        raise Later("Not yet.", minutes=600)

    declared(lambda: step("never", never)).start(key="a", partner=5, region=REGION)
    with pytest.raises(Later):
        work.drain()
    assert work.run.waited == tasks.MOST_WAITS * tasks.LONGEST_WAIT


def test_a_step_outside_a_task_is_broken():
    with pytest.raises(Broken):
        step("alone", int)
    with pytest.raises(Broken):
        here()


@dataclass(frozen=True)
class DoorClosed(facts.Fact):
    door: int


@pytest.fixture
def reacted(monkeypatch):
    """The doors of facts that the reaction has seen."""
    doors = []
    name = "durable.lock_door"
    monkeypatch.setitem(facts._reactions, DoorClosed.name(), [name])
    monkeypatch.setattr("tenantry.engines.durable.dispatcher.facts.reaction",
                        lambda _name: lambda fact: doors.append(facts.values(fact)["door"]))  # fmt: skip
    return doors


def test_a_recorded_fact_starts_its_reaction_once(work, reacted):
    with scope.task(5, REGION) as opened:
        facts.record(opened.actor, DoorClosed(7))
    rows = list(Outbox.objects.using(REGION).all())
    DISPATCHER.dispatch(rows)
    work.drain()
    assert reacted == [7]
    assert rows[0].id.endswith(":durable.lock_door")


def test_the_sweeper_starts_what_a_crash_left_behind_and_forgets_what_is_old(work, reacted, monkeypatch):
    monkeypatch.setattr("tenantry.kernel.ports._dispatcher", type("Dead", (), {"dispatch": lambda *_: None})())
    with scope.task(5, REGION) as opened:
        facts.record(opened.actor, DoorClosed(7))
    sweep()
    assert work.waiting == []
    with clock.moved(OVERDUE + timedelta(seconds=1)):
        sweep()
    work.drain()
    assert reacted == [7]
    with clock.moved(KEPT + OVERDUE * 2):
        sweep()
    assert not Outbox.objects.using(REGION).exists()
