"""Ages, words and classes from values alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenantry.engines.inventory import rules
from tenantry.engines.inventory.catalogue import product
from tenantry.engines.inventory.catalogue.products import _products
from tenantry.engines.inventory.rules import Reading, stamp
from tests.rules import rule

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def read(minutes: float, **more) -> Reading:
    return Reading(NOW - timedelta(minutes=minutes), more.pop("interval", FIVE), **more)


@pytest.mark.parametrize(
    ("minutes", "state"), [(0, "fresh"), (7.5, "fresh"), (8, "late"), (15, "late"), (15.1, "stale")]
)
def test_a_reading_is_fresh_to_one_and_a_half_intervals_and_late_to_three(minutes, state):
    assert stamp(read(minutes), NOW).state == state


@rule("MOD-11")
def test_sixteen_minutes_at_an_interval_of_five_are_stale():
    """An interval of 5 minutes and an age of 16 is shown as stale."""
    found = stamp(read(16), NOW)
    assert (found.state, found.text) == ("stale", "from 16 min ago")


@rule("MOD-12")
def test_a_lag_known_of_the_source_does_not_make_it_late():
    """A usage report refreshed two days ago and read now is two days old, and fresh."""
    found = stamp(read(2 * 1440, interval=timedelta(days=1), lag=timedelta(hours=48)), NOW)
    assert (found.state, found.text) == ("fresh", "2 days ago")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.5, "just now"), (4, "4 min ago"), (180, "3 h ago"), (1440, "1 day ago"), (4320, "3 days ago")],
)
def test_ages_are_told_in_their_largest_unit(minutes, words):
    assert rules.age_words(timedelta(minutes=minutes)) == words


def test_what_was_read_once_keeps_its_age_in_amber_with_the_reason():
    found = stamp(read(4, reason="no_consent"), NOW)
    assert (found.state, found.text, found.reason) == ("stale", "from 4 min ago", "no_consent")
    assert found.title == ("Unknown: the app is not present in the tenant. The last known value is from 11:56.")


def test_what_was_never_read_and_cannot_be_is_unknown():
    found = stamp(Reading(None, FIVE, reason="no_permission", detail="User.Read.All"), NOW)
    assert (found.state, found.text) == ("unknown", "unknown (no permission)")
    assert found.title == "Unknown: the permission User.Read.All is missing."


def test_a_first_read_tells_its_percentage_once_microsoft_has_counted():
    assert stamp(Reading(None, FIVE, objects=31, expected=50), NOW).text == "first read 62 %"
    assert stamp(Reading(None, FIVE, objects=31), NOW).text == "first read"
    assert stamp(Reading(None, FIVE, objects=50, expected=50), NOW).percent == 99


def test_a_first_read_that_waits_says_until_when():
    found = stamp(Reading(None, FIVE, waiting_until=NOW + timedelta(minutes=5)), NOW)
    assert found.title == "Microsoft asked us to wait until 12:05."


def test_something_made_of_several_readings_shows_the_worst_and_of_equals_the_oldest():
    fresh, older, stale = stamp(read(1), NOW), stamp(read(3), NOW), stamp(read(60), NOW)
    assert rules.worst([fresh, stale, older]) is stale
    assert rules.worst([fresh, older]) is older


def test_the_shipped_table_has_as_many_seats_as_the_specification_counts():
    counted = [found.counted for found in _products().values()]
    assert (len(counted), counted.count("m365"), counted.count("dynamics_power")) == (619, 105, 130)


def test_a_product_is_found_by_its_id_whatever_the_case():
    e3 = product("6FD2C87F-B296-42F0-B197-1E91E994B900")
    assert (e3.title, e3.counted) == ("Office 365 E3", "m365")
    assert product("00000000-0000-0000-0000-000000000000") is None


@pytest.mark.parametrize(
    ("part", "plans", "counted"),
    [
        ("ENTERPRISEPACK", ["EXCHANGE_S_ENTERPRISE"], "m365"),
        ("ENTERPRISEPACK_FREE", ["EXCHANGE_S_ENTERPRISE"], "not"),
        ("PROJECTPROFESSIONAL", ["SHAREPOINTENTERPRISE"], "not"),
        ("D365_SALES", [], "dynamics_power"),
        ("SOMETHING_IW", ["SHAREPOINTLITE"], "not"),
        ("EOP", ["EXCHANGE_S_STANDARD_GOV"], "m365"),
        ("INTUNE_A", ["INTUNE_A"], "not"),
    ],
)
def test_a_product_counts_by_its_plans_and_its_name(part, plans, counted):
    assert rules.classes(part, part, plans) == counted


def test_an_expired_secret_of_our_own_is_called_expired_and_not_unknown():
    never, once = stamp(Reading(None, FIVE, "app_expired"), NOW), stamp(read(90, reason="app_expired"), NOW)
    assert never.text == "expired (our app’s secret)"
    assert (once.state, once.text) == ("stale", "from 1 h ago")
    assert once.title.startswith("Expired: the secret of this deployment’s own app has run out")
