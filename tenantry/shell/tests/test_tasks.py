"""The pages of background work: whose tasks are shown, in which words, and who may act on them."""

from __future__ import annotations

import pytest

from tenantry.engines.durable import tasks
from tenantry.engines.durable.book import Cancelled
from tenantry.engines.durable.models import Work
from tenantry.kernel import clock

pytestmark = pytest.mark.django_db
STATE = Work.State


def made(firm, state=STATE.RUNNING, **more):
    """A task of the firm in that state."""
    now = clock.now()
    with firm.scope():
        return Work.objects.create(workflow=f"sample.act:{state}:{more.get('step', '')}", name="sample.act", ids=[1],
                                   state=state, made_at=now, asked_at=now, **more)  # fmt: skip


def shown(firm, path="/settings/tasks", person="Sophie"):
    return firm.browser(person).get(path)


def test_the_list_says_what_runs_waits_and_failed(world):
    made(world.alpenrand, step="count")
    made(world.alpenrand, STATE.WAITING, wait_until=clock.now(), message="Not yet.", error="Later")
    made(world.alpenrand, STATE.PARKED, message="The door {door} is shut.", values={"door": "9"}, error="Refused")
    page = shown(world.alpenrand).content.decode()
    for words in ("Running", "Waiting until", "Not yet.", "Failed", "The door 9 is shut."):
        assert words in page


def test_a_tab_shows_only_its_tasks_and_counts_each(world):
    made(world.alpenrand, step="weigh")
    made(world.alpenrand, STATE.PARKED, error="KeyError")
    page = shown(world.alpenrand, "/settings/tasks?view=failed").content.decode()
    assert "An error that nobody foresaw (KeyError)" in page
    assert "weigh" not in page
    assert 'Running <span class="tn-tab-count">1</span>' in page


def test_an_empty_list_says_what_will_stand_there(world):
    assert "Nothing runs, waits or has failed" in shown(world.alpenrand).content.decode()


def test_tasks_of_another_partner_are_neither_listed_nor_found(world):
    work = made(world.baltic, STATE.PARKED, message="Of Baltic.")
    assert "Of Baltic." not in shown(world.alpenrand).content.decode()
    assert shown(world.alpenrand, f"/settings/tasks/{work.pk}").status_code == 404
    assert world.alpenrand.browser("Sophie").post(f"/settings/tasks/{work.pk}/retry").status_code == 404
    assert world.alpenrand.browser("Sophie").post(f"/settings/tasks/{work.pk}/cancel").status_code == 404


def test_members_without_the_right_are_refused(world):
    work = made(world.alpenrand, STATE.PARKED)
    browser = world.alpenrand.browser("Mira")
    assert browser.get("/settings/tasks").status_code == 403
    assert browser.get(f"/settings/tasks/{work.pk}").status_code == 403
    assert browser.post(f"/settings/tasks/{work.pk}/retry").status_code == 403


def test_a_failed_task_says_its_reason_and_whose_turn_it_is(world):
    work = made(world.alpenrand, STATE.PARKED, message="The consent is gone.", error="Refused", step="read")
    page = shown(world.alpenrand, f"/settings/tasks/{work.pk}").content.decode()
    for words in ("The consent is gone.", "Change what the reason names, then retry.", "Retry", "read"):
        assert words in page


def test_retry_starts_a_failed_task_once_and_says_so_to_the_second(world, work, committed):
    failed = made(world.alpenrand, STATE.PARKED, error="KeyError")
    browser = world.alpenrand.browser("Sophie")
    assert browser.post(f"/settings/tasks/{failed.pk}/retry").status_code == 302
    second = browser.post(f"/settings/tasks/{failed.pk}/retry")
    assert second.status_code == 409
    assert "does not wait for anybody any more" in second.content.decode()
    partner, region = world.alpenrand.opened.partner, world.alpenrand.opened.region
    assert work.waiting.count(("sample.act", [partner, region, 1])) == 1


def test_a_cancelled_task_does_not_begin_its_next_step(world, work, committed, monkeypatch):
    ran = []
    act = tasks.Task("sample.act", lambda: tasks.step("a", ran.append, 1), None)
    monkeypatch.setitem(tasks.TASKS, "sample.act", act)
    with world.alpenrand.scope():
        act.start(key="a")
        row = Work.objects.get(workflow="sample.act:a")
    waiting = list(work.waiting)
    assert world.alpenrand.browser("Sophie").post(f"/settings/tasks/{row.pk}/cancel").status_code == 302
    work.waiting = waiting  # the queue has it all the same
    with pytest.raises(Cancelled):
        work.drain()
    assert ran == []
    with world.alpenrand.scope():
        assert Work.objects.get(pk=row.pk).state == STATE.CANCELLED
