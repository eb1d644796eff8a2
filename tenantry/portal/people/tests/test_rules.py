"""Passwords, addresses, locks and profiles, decided from values alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tenantry.kernel.errors import Refused
from tenantry.portal.people import rules

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
PROFILE = {
    "first_name": "Sophie", "last_name": "Lindqvarn", "organisation": "Alpenrand IT", "phone": "", "language": "de",
    "time_zone": "Europe/Berlin",
}  # fmt: skip


@pytest.mark.parametrize("password", ["x" * 11, "x" * 129, "sophie is my name", "Alpenrand IT for ever"])
def test_a_password_that_others_would_guess_is_refused(password):
    with pytest.raises(Refused):
        rules.check_password(password, "sophie@alpenrand.example", "Alpenrand IT", common=False)


def test_a_common_password_is_refused():
    with pytest.raises(Refused):
        rules.check_password("long enough and common", "a@b.example", "", common=True)


@pytest.mark.parametrize("password", ["x" * 12, "x" * 128, "pass with spaces ü 字", "contains bob but not bob@"])
def test_any_other_password_passes(password):
    rules.check_password(password, "bob@alpenrand.example", "Abc", common=False)


@pytest.mark.parametrize("email", ["", "sophie", "sophie@localhost", "a b@c.example", "a@b..example", "x@" + "y" * 260])
def test_what_cannot_be_an_address_is_refused(email):
    with pytest.raises(Refused):
        rules.check_email(email)


def test_two_writings_of_an_address_are_one():
    assert rules.email_key(" ＳOPHIE@Alpenrand.Example") == rules.email_key("sophie@alpenrand.example")


def test_the_fourth_wrong_try_locks_for_an_hour():
    assert rules.locked_until(3, NOW) is None
    assert rules.locked_until(4, NOW) == NOW + timedelta(minutes=60)


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_name", ""), ("last_name", "x" * 61), ("organisation", "x"), ("phone", "1" * 41), ("language", "xx"),
     ("time_zone", "Mars/Base"), ("first_name", "So\nphie")],
)  # fmt: skip
def test_a_profile_that_cannot_be_is_refused_at_its_field(field, value):
    with pytest.raises(Refused) as caught:
        rules.check_profile({**PROFILE, field: value})
    assert caught.value.field == field


def test_a_proper_profile_passes():
    rules.check_profile(PROFILE)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("python-requests/2.32", ""),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent, name):
    assert rules.browser_name(agent) == name
