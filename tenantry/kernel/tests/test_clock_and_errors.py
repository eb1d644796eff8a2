"""Time is read in one place; an error is one whole sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tenantry.kernel import clock
from tenantry.kernel.errors import Later, NotAllowed, Refused


def test_the_clock_can_be_held_and_moved():
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with clock.at(noon):
        assert clock.now() == noon
        assert clock.today().isoformat() == "2026-11-24"
    with clock.moved(timedelta(days=2)):
        assert clock.now() - datetime.now(UTC) > timedelta(days=1)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_refusal_fills_its_sentence_with_its_values():
    assert str(Refused("The pool has {free} seats left.", free=3)) == "The pool has 3 seats left."


def test_later_counts_minutes_in_seconds():
    assert Later("busy", minutes=2, seconds=1).seconds == 121


def test_a_missing_permission_is_a_refusal_of_its_own_status():
    refusal = NotAllowed("customers.edit")
    assert (refusal.status, refusal.permission) == (403, "customers.edit")
