"""My profile, through the page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tenantry.portal.people.models import Person, Session
from tests.rules import rule

pytestmark = pytest.mark.django_db
VALUES = {
    "version": "1", "first_name": "Sofie", "last_name": "Lindqvarn", "organisation": "Alpenrand", "phone": "+49 89 1",
    "language": "en", "time_zone": "Europe/Berlin",
}  # fmt: skip


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


def stored(world):
    with world.alpenrand.scope():
        return Person.objects.get(pk=world.alpenrand.people["Sophie"])


def test_the_page_shows_who_the_portal_takes_one_for(world, sophie):
    text = sophie.get("/profile").content.decode()
    for shown in ("sophie@alpenrand.example", "Administrators", "Germany West Central", str(stored(world).pk)):
        assert shown in text


def test_save_stores_all_fields(world, sophie):
    assert sophie.post("/profile", VALUES).status_code == 302
    assert (stored(world).name, stored(world).time_zone) == ("Sofie Lindqvarn", "Europe/Berlin")


def test_one_wrong_field_stores_none(world, sophie):
    answer = sophie.post("/profile", VALUES | {"time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert stored(world).first_name == "Sophie"
    assert "Sofie" in answer.content.decode()


@rule("ACC-26")
def test_cancel_changes_nothing(world, sophie):
    """Cancel is a link to another page: no field changes."""
    sophie.get("/home")
    assert stored(world).version == 1


def test_a_stale_form_shows_both_versions(world, sophie):
    sophie.post("/profile", VALUES)
    answer = sophie.post("/profile", VALUES | {"first_name": "Sophia", "phone": "+49 30 2"})
    assert answer.status_code == 409
    assert all(value in answer.content.decode() for value in ("Sofie", "Sophia", "+49 89 1", "+49 30 2"))
    assert stored(world).first_name == "Sofie"


def test_the_language_of_the_profile_is_the_language_of_the_pages(world, sophie):
    sophie.post("/profile", VALUES | {"language": "de"})
    assert stored(world).language == "de"
    assert sophie.get("/profile").headers["Content-Language"] == "de"


def test_times_are_those_of_the_profiles_time_zone(world, sophie):
    sophie.post("/profile", VALUES | {"time_zone": "Pacific/Kiritimati"})
    with world.alpenrand.scope():
        started = Session.objects.first().started_at.astimezone(ZoneInfo("Pacific/Kiritimati"))
    assert f"{started:%Y %H:%M}" in sophie.get("/profile").content.decode()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "شركة", "👩🏽‍🚀 Space", "=cmd|' /C calc'!A0"])
def test_any_text_is_shown_as_text(world, sophie, text):
    sophie.post("/profile", VALUES | {"organisation": text})
    assert stored(world).organisation == text
    assert "<script>alert" not in sophie.get("/profile").content.decode()


def test_a_text_of_10000_characters_is_refused(world, sophie):
    assert sophie.post("/profile", VALUES | {"first_name": "x" * 10_000}).status_code == 422


def test_other_sessions_end_from_here(world, sophie):
    other = world.alpenrand.browser("Sophie")
    assert sophie.post("/profile/sessions/end-others").status_code == 302
    assert sophie.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_one_session_ends_from_here(world, sophie):
    session, _key = world.alpenrand.session("Sophie")
    sophie.post(f"/profile/sessions/{session.pk}/end")
    with world.alpenrand.scope():
        assert Session.objects.get(pk=session.pk).end == "ended"


def test_the_session_of_a_colleague_is_not_there(world, sophie):
    session, _key = world.alpenrand.session("Jonas")
    assert sophie.post(f"/profile/sessions/{session.pk}/end").status_code == 404


def test_a_new_password_replaces_the_present_one(world, sophie):
    other = world.alpenrand.browser("Sophie")
    assert sophie.post("/profile/password", {"password": "another long secret"}).status_code == 302
    assert other.get("/profile").status_code == 302


def test_a_weak_password_is_refused_and_never_shown_again(sophie):
    answer = sophie.post("/profile/password", {"password": "too-tiny"})
    assert answer.status_code == 422
    assert b"too-tiny" not in answer.content
