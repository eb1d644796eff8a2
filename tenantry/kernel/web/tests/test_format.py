"""Numbers, dates and ages as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tenantry.kernel import clock
from tenantry.kernel.text import speaking
from tenantry.kernel.web.templatetags import format as written
from tests.rules import rule

NOON = datetime(2026, 10, 3, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "1,280"), ("de", "1.280"), ("fr", "1\u202f280"), ("ja", "1,280")]
)
def test_a_number_has_the_separators_of_the_language(language, text):
    with speaking(language):
        assert written.figure(1280) == text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "3 Oct 2026"), ("de", "3. Okt. 2026"), ("fr", "3 oct. 2026"), ("ja", "2026年10月3日")]
)
def test_a_day_is_written_as_the_language_does(language, text):
    with speaking(language):
        assert written.day(date(2026, 10, 3)) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "just now"), (4, "4 min ago"), (59, "59 min ago"), (60, "1 h ago"), (1439, "23 h ago"), (1440, "1 day ago"),
     (4320, "3 days ago")],
)  # fmt: skip
def test_an_age_is_told_in_its_largest_unit(minutes, text):
    with clock.at(NOON):
        assert written.ago(NOON - timedelta(minutes=minutes)) == text


def test_a_share_and_a_size_have_their_units_apart():
    assert written.percent(0.62) == "62\u00a0%"
    assert written.size(1536) == "1.5\u00a0KB"
    assert written.size(20 * 1024**3) == "20\u00a0GB"


def test_nothing_is_written_for_nothing():
    assert [written.figure(None), written.day(None), written.moment(None), written.ago(None)] == [""] * 4


@rule("MOD-17")
def test_a_percentage_counts_what_is_known_and_says_how_much_is_not():
    """Given 8 yes, 1 no, 1 unknown, when a percentage is shown, then 88.9 % of 9, 1 unknown."""
    assert written.share(8, 1, 1) == "88.9\u00a0% of 9, 1 unknown"


@pytest.mark.parametrize(
    ("given", "told"), [((1, 0), "100\u00a0% of 1"), ((0, 2), "0\u00a0% of 2"), ((0, 0, 3), "3 unknown")]
)
def test_a_percentage_of_nobody_known_is_none(given, told):
    assert written.share(*given) == told
