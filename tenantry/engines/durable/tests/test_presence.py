"""A name belongs to one living worker."""

from __future__ import annotations

import pytest

from tenantry.engines.durable import presence
from tenantry.engines.durable.presence import Presence
from tenantry.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(monkeypatch):
    monkeypatch.setattr(presence, "ENTERS_WITHIN", 0.3)
    entered = Presence("worker-1")
    entered.enter()
    yield entered
    entered._connection.close()


def test_a_second_process_of_the_same_name_is_refused(first):
    with pytest.raises(Conflict, match="worker-1 is running already"):
        Presence("worker-1").enter()


def test_another_name_may_enter(first):
    other = Presence("worker-2")
    other.enter()
    assert not other._is_gone("worker-1")
    other._connection.close()


def test_whoever_is_gone_leaves_the_name_free(first):
    first._connection.close()
    second = Presence("worker-1")
    second.enter()
    second._connection.close()


def test_a_worker_whose_connection_was_lost_takes_its_name_again(first):
    first._connection.close()
    assert first._hold()
    with pytest.raises(Conflict):
        Presence("worker-1").enter()
