"""How far a task is, as people see it: queued, running, waiting, failed, gone."""

from __future__ import annotations

import pytest

from tenantry.engines.durable import progress, queries, step, tasks
from tenantry.engines.durable.models import Work
from tenantry.engines.durable.sweeper import DONE_KEPT, erase_old
from tenantry.engines.durable.tasks import Place, Task
from tenantry.kernel import clock, scope
from tenantry.kernel.errors import Later, Missing, Refused
from tenantry.kernel.models import Fact

PARTNER, REGION = 5, "ch-north"
STATE = Work.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def started(work, monkeypatch):
    """Starts a task of one step, which does as it is told."""

    def start(act, **rest):
        task = Task("sample.act", lambda *_ids: step("act", act), None, **rest)
        monkeypatch.setitem(tasks.TASKS, "sample.act", task)
        task.start(1, key="a", partner=PARTNER, region=REGION)
        return task

    return start


def rows():
    with scope.task(PARTNER, REGION):
        return list(Work.objects.all())


def test_a_task_that_was_asked_for_is_queued(started):
    started(lambda: None)
    assert [(row.state, row.name, row.ids) for row in rows()] == [(STATE.QUEUED, "sample.act", [1])]


def test_a_step_says_how_far_it_is_while_it_runs(started, work):
    seen = []

    def act():
        progress(3, 8)
        seen.extend(rows())

    started(act)
    work.drain()
    assert [(row.state, row.step, row.done, row.total) for row in seen] == [(STATE.RUNNING, "act", 3, 8)]
    assert rows()[0].state == STATE.DONE


def test_routine_work_leaves_no_row(started, work):
    started(lambda: None, routine=True)
    work.drain()
    assert rows() == []


def test_a_task_that_had_to_wait_too_often_waits_for_a_person(started, work, monkeypatch):
    def act():
        raise Later("The service {name} is busy.", seconds=60, name="Graph")

    monkeypatch.setattr(tasks, "MOST_WAITS", 1)
    started(act)
    with pytest.raises(Later):
        work.drain()
    failed = rows()[0]
    assert (failed.state, failed.error) == (STATE.PARKED, "Later")


def test_a_failed_task_waits_for_a_person_and_is_told_of_once(started, work):
    def act():
        raise Refused("The door {door} is shut.", door=9)

    task = started(act)
    with pytest.raises(Refused):
        work.drain()
    task.book(Place(PARTNER, REGION), "sample.act:a", (1,)).parks(Refused("Another reason."))
    assert (rows()[0].state, rows()[0].reason) == (STATE.PARKED, "The door 9 is shut.")
    with scope.task(PARTNER, REGION):
        assert Fact.objects.filter(name="durable.task_parked").count() == 1


def test_the_text_of_a_foreign_error_is_not_kept(started, work):
    def act():
        raise KeyError("anna@contoso.example")

    started(act)
    with pytest.raises(KeyError):
        work.drain()
    assert "contoso" not in str(vars(rows()[0]))
    assert "KeyError" in rows()[0].reason


def test_a_failed_reaction_waits_for_a_person_and_records_no_fact_that_would_fail_again(work):
    def act():
        raise Refused("No.")

    reaction = Task("reaction:sample.answer", lambda _fact: step("answer", act), None, kept=False)
    with pytest.raises(Refused):
        reaction.carry_out(work.run, PARTNER, REGION, "x", key="x:sample.answer")
    assert rows()[0].state == STATE.PARKED
    with scope.task(PARTNER, REGION):
        assert not Fact.objects.filter(name="durable.task_parked").exists()


def test_a_finished_task_is_erased_after_a_day(started, work):
    started(lambda: None)
    work.drain()
    erase_old()
    assert len(rows()) == 1
    with clock.moved(DONE_KEPT * 2):
        erase_old()
    assert rows() == []


def test_the_server_finds_tasks_of_all_partners_and_a_partner_its_own_only(started):
    started(lambda: None)
    (row,) = rows()
    assert [(place.partner, number) for place, number in queries.everywhere(["queued"])] == [(PARTNER, row.pk)]
    with scope.task(PARTNER + 1, REGION), pytest.raises(Missing):
        queries.task(row.pk)
