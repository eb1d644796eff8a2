"""A task that failed for good waits for a person, with its reason; retried, it goes on from the step that failed."""

from __future__ import annotations

import psycopg
import pytest

from tenantry.engines.durable import actions
from tenantry.engines.durable.client import address
from tenantry.engines.durable.models import Work
from tenantry.engines.durable.sweeper import OVERDUE, hand_on
from tenantry.engines.durable.tasks import Place, Task, replace_starter
from tenantry.engines.durable.tests.conftest import PARTNER, REGION, row, until, until_finished, written
from tenantry.kernel import clock, scope
from tenantry.kernel.errors import Conflict

DOUBT = Task("sample.doubt", lambda: None, None)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parked(worker, client, tmp_path):
    """A task of three steps whose second one was refused."""
    replace_starter(client)
    worker()
    with scope.task(PARTNER, REGION):
        DOUBT.book(Place(PARTNER, REGION), "sample:1", (1,)).opens()
    client.start("sample.doubt", "sample:1", REGION, [PARTNER, REGION, 1])
    until(lambda: row(1).state == Work.State.PARKED, tmp_path)
    until_finished(client, tmp_path)
    yield row(1)
    replace_starter(None)


def retry(work):
    with scope.task(PARTNER, REGION) as opened:
        return actions.retry(opened.actor, work)


def test_a_parked_task_says_why_and_its_words_stay_in_its_region(parked):
    assert (parked.reason, parked.step, parked.error) == ("The door of Contoso is shut.", "doubtful", "Refused")
    with psycopg.connect(address()) as connection:
        stored = connection.execute(
            "SELECT string_agg(w::text, ' ') FROM dbos.workflow_status w"
            " WHERE workflow_uuid = 'sample:1'"
        ).fetchone()[0] + connection.execute(
            "SELECT string_agg(o::text, ' ') FROM dbos.operation_outputs o WHERE workflow_uuid = 'sample:1'"
        ).fetchone()[0]  # fmt: skip
    assert "Refused" in stored
    assert "Contoso" not in stored


def test_retry_goes_on_from_the_step_that_failed_exactly_once(parked, client, tmp_path):
    (tmp_path / "mended").touch()
    assert retry(parked).attempts == 2
    until(lambda: row(1).state == Work.State.DONE, tmp_path)
    with pytest.raises(Conflict):
        retry(parked)
    assert (tmp_path / "tries-1.txt").read_text() == "xx"
    assert written(tmp_path) == str(PARTNER) * 2
    assert [one.name for one in client.history("sample:1")] == ["before", "doubtful", "after"]


def test_a_retry_that_fails_again_waits_for_a_person_again(parked, client, tmp_path):
    retry(parked)
    until(lambda: row(1).state == Work.State.PARKED and row(1).attempts == 2, tmp_path)
    until_finished(client, tmp_path)
    assert written(tmp_path) == str(PARTNER)


def test_a_retry_whose_call_a_crash_swallowed_is_handed_on_by_the_sweeper(parked, client, tmp_path):
    (tmp_path / "mended").touch()
    replace_starter(type("Dead", (), {"revive": lambda *_: None})())
    retry(parked)
    replace_starter(client)
    hand_on(REGION, clock.now() + OVERDUE * 2)
    hand_on(REGION, clock.now() + OVERDUE * 2)
    until(lambda: row(1).state == Work.State.DONE, tmp_path)
    assert (tmp_path / "tries-1.txt").read_text() == "xx"


def test_a_cancelled_task_ends_and_stays_ended(parked, client):
    with scope.task(PARTNER, REGION) as opened:
        actions.cancel(opened.actor, parked)
    assert row(1).state == Work.State.CANCELLED
    hand_on(REGION, clock.now() + OVERDUE * 2)
    assert client.dbos.list_workflows(workflow_ids=["sample:1"])[0].status in {"ERROR", "CANCELLED"}
