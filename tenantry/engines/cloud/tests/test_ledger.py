"""All processes of a region share one budget."""

from __future__ import annotations

import os
import threading
from uuid import uuid4

import pytest
from django.db import connections

from tenantry.engines.cloud.budget import Key
from tenantry.engines.cloud.ledger import Shared, look
from tenantry.kernel import scope
from tenantry.kernel.errors import Later
from tests.rules import rule

REGION, PARTNER = "de-westcentral", 41
pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    return Key("app", str(uuid4()), "SEC")


@pytest.fixture
def workers():
    found = [Shared(REGION) for _worker in range(3)]
    yield found
    for worker in found:
        worker.close()


@rule("MOD-42")
def test_workers_together_never_spend_more_than_the_share_of_the_background(workers, key):
    """Three workers that spend at once are given four fifths of the limit between them, and no unit more."""
    given = []

    def spend(worker):
        given.extend(1 for _call in range(60) if worker.wait_for(key) == 0)

    threads = [threading.Thread(target=spend, args=(worker,)) for worker in workers]
    [thread.start() for thread in threads]
    [thread.join(20) for thread in threads]
    assert len(given) == 120
    assert workers[0].wait_for(key, interactive=True) == 0


def test_a_pause_that_one_worker_was_asked_for_holds_for_the_others(workers, key):
    workers[0].block(key, 7.5)
    assert 7 < workers[1].wait_for(key) < 8


def test_another_process_knows_what_this_one_has_spent(workers, key):
    assert workers[0].wait_for(key, 120) == 0
    child = os.fork()
    if child == 0:
        os._exit(0 if Shared(REGION).wait_for(key) > 0 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_page_sees_what_is_left_and_until_when(workers, key):
    with scope.task(PARTNER, REGION):
        assert look([key]) == {}
    workers[0].wait_for(key, 20)
    workers[0].block(key, 30)
    with scope.task(PARTNER, REGION):
        state = look([key])[key]
    assert (state.left, state.whole, state.seconds) == (100, 120, 60)
    assert 29 < state.blocked_until - state.used_at < 31


def test_a_database_that_does_not_answer_is_for_later_and_then_all_goes_on(workers, key, monkeypatch):
    known = dict(connections.settings[REGION])
    monkeypatch.setitem(connections.settings[REGION], "NAME", "no_such_database")
    with pytest.raises(Later):
        workers[0].wait_for(key)
    monkeypatch.setitem(connections.settings[REGION], "NAME", known["NAME"])
    assert workers[0].wait_for(key) == 0
