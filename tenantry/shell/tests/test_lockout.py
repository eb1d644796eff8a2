"""Locks, and the browsers that they leave open; sessions that end each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured
from django.test import Client

from tenantry.kernel import clock
from tenantry.kernel.models import Fact
from tenantry.portal.partners.models import Policy
from tenantry.portal.people.models import KnownBrowser, Session, SignInTries
from tenantry.shell import sign_in
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    monkeypatch.setattr(sign_in, "pause", lambda _seconds: None)
    with clock.at(MORNING):
        yield


def enter(client, password=PASSWORD, **more):
    return client.post(
        "/sign-in", {"email": "sophie@alpenrand.example", "password": password, "next": "/profile"}, **more
    )


def known(world) -> Client:
    """A browser in which Sophie has signed in, and out again."""
    client = world.nobody
    enter(client)
    client.post("/sign-out")
    return client


def lock(client_of, times: int = 4) -> None:
    for _try in range(times):
        enter(client_of(), "wrong horse battery")


def recorded(world, name: str) -> int:
    with world.alpenrand.scope():
        return Fact.objects.filter(name=f"people.{name}").count()


@rule("ACC-04")
def test_a_lock_holds_for_unseen_browsers_alone(world):
    """The fourth wrong password locks every unseen browser for an hour; a known browser stays open."""
    here = known(world)
    lock(lambda: world.nobody)
    assert enter(world.nobody).status_code == 422
    with clock.at(MORNING + timedelta(minutes=59)):
        assert enter(world.nobody).status_code == 422
        assert enter(here).status_code == 302
    with clock.at(MORNING + timedelta(minutes=61)):
        assert enter(world.nobody).status_code == 302


def test_a_known_browser_is_locked_alone(world):
    here = known(world)
    lock(lambda: here)
    assert enter(here).status_code == 422
    assert enter(world.nobody).status_code == 302


def test_three_wrong_ones_and_a_right_one_begin_anew(world):
    for _round in range(2):
        lock(lambda: world.nobody, 3)
        assert enter(world.nobody).status_code == 302


def test_a_browser_unseen_for_90_days_is_known_no_more(world):
    here = known(world)
    lock(lambda: world.nobody)
    with clock.at(MORNING + timedelta(days=91)):
        lock(lambda: world.nobody)
        assert enter(here).status_code == 422


def test_a_browser_is_known_for_its_own_people_only(world):
    here = known(world)
    answer = here.post("/sign-in", {"email": "jonas@alpenrand.example", "password": PASSWORD})
    assert (answer.status_code, recorded(world, "signed_in_new_place")) == (302, 2)


def test_a_new_browser_is_told_of_and_a_known_one_is_not(world):
    here = known(world)
    enter(here)
    assert recorded(world, "signed_in_new_place") == 1


def test_a_forged_cookie_makes_no_browser_known(world):
    here = known(world)
    client = world.nobody
    client.cookies[configured.BROWSER_COOKIE_NAME] = here.cookies[configured.BROWSER_COOKIE_NAME].value[:-2] + "xx"
    lock(lambda: world.nobody)
    assert enter(client).status_code == 422


def test_the_token_of_a_browser_is_kept_as_a_hash(world):
    known(world)
    with world.alpenrand.scope():
        row = KnownBrowser.objects.get()
        assert len(row.token_hash) == 64
        assert {tries.browser for tries in SignInTries.objects.all()} == {""}


@rule("ACC-06")
def test_with_concurrent_sign_in_off_the_older_session_ends(world):
    """A second session ends the first at its next request, which says where the person is now."""
    with world.alpenrand.scope():
        Policy.objects.update(concurrent=False)
    older, newer = world.nobody, world.nobody
    enter(older)
    with clock.at(MORNING + timedelta(minutes=2)):
        enter(newer)
        led = older.get("/profile")
        assert led.status_code == 302
        assert "You signed in elsewhere at 09:02." in older.get(led["Location"]).content.decode()
    assert newer.get("/profile").status_code == 200


def test_with_concurrent_sign_in_on_both_go_on(world):
    older, newer = world.nobody, world.nobody
    enter(older)
    enter(newer)
    assert older.get("/profile").status_code == 200


def test_networks_refuse_sign_in_with_the_same_words(world):
    with world.alpenrand.scope():
        Policy.objects.update(networks=["203.0.113.0/24"])
    answer = enter(world.nobody)
    assert (answer.status_code, b"is not right, or the account is locked." in answer.content) == (422, True)
    assert enter(world.nobody, REMOTE_ADDR="203.0.113.9").status_code == 302
    with world.alpenrand.scope():
        assert Session.objects.count() == 1


def test_a_session_says_how_long_it_lasts_and_stays_at_a_wish(world):
    client = world.nobody
    enter(client)
    with clock.at(MORNING + timedelta(minutes=28)):
        told = client.get("/profile/session", headers={"Tn-Unasked": "1", "HX-Request": "true"}).json()
        assert (told["left"], told["longest"]) == (120, False)
        assert client.post("/profile/session", headers={"Tn-Unasked": "1"}).json()["left"] == 30 * 60


def test_no_wish_makes_a_session_older_than_a_day(world):
    client = world.nobody
    enter(client)
    for step in range(1, 50):
        with clock.at(MORNING + timedelta(minutes=29 * step)):
            last = client.post("/profile/session").json()
    assert (last["left"], last["longest"]) == (19 * 60, True)
    with clock.at(MORNING + timedelta(hours=24)):
        assert client.get("/profile/session", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("/profile/sessions/end-others", "ended from another browser"),
        ("/profile/password", "Your password was changed"),
    ],
)
def test_the_sign_in_page_says_what_ended_the_session(world, way, words):
    here, other = world.nobody, world.nobody
    enter(here)
    enter(other)
    here.post(way, {"password": "another long secret"})
    assert words in other.get(other.get("/profile")["Location"]).content.decode()
