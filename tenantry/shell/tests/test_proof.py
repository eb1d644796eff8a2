"""Fresh proof before a sensitive act, through the pages; and forms whose session ended."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tenantry.kernel import clock
from tenantry.portal.people.models import Credential, Session
from tenantry.shell import sign_in
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
NEW = 'another long secret <&"'


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    monkeypatch.setattr(sign_in, "pause", lambda _seconds: None)


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


@pytest.fixture
def later():
    with clock.at(clock.now() + timedelta(minutes=6)):
        yield


def hidden(answer) -> dict[str, str]:
    """The hidden fields of the page's form."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode().partition("<main")[2]
    )
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def follow(client: Client, answer, sent: dict[str, str]):
    """What a browser does with a 307: sends the same form to the other address."""
    assert answer.status_code == 307
    return client.post(answer["Location"], sent)


def test_a_young_proof_is_enough(sophie):
    assert sophie.post("/profile/password", {"password": NEW}).status_code == 302


def test_an_older_proof_is_asked_for_and_the_form_goes_on_after_it(world, sophie, later):
    asked = follow(sophie, sophie.post("/profile/password", {"password": NEW}), {"password": NEW})
    assert (asked.status_code, NEW in asked.content.decode()) == (200, False)
    again = sophie.post("/profile/prove", hidden(asked) | {"password": PASSWORD})
    assert 'action="/profile/password"' in again.content.decode()
    assert hidden(again) == {"password": NEW}
    assert sophie.post("/profile/password", hidden(again)).status_code == 302
    with world.alpenrand.scope():
        assert Credential.objects.get(person_id=world.alpenrand.people["Sophie"]).matches(NEW)


def test_a_wrong_proof_does_nothing_and_keeps_the_form(sophie, later):
    asked = follow(sophie, sophie.post("/profile/password", {"password": NEW}), {"password": NEW})
    refused = sophie.post("/profile/prove", hidden(asked) | {"password": "wrong horse battery"})
    assert refused.status_code == 422
    assert hidden(refused)["kept"] == hidden(asked)["kept"]
    assert sophie.post("/profile/password", {"password": NEW}).status_code == 307


def test_four_wrong_proofs_lock(sophie, later):
    for _try in range(4):
        sophie.post("/profile/prove", {"password": "wrong horse battery"})
    assert sophie.post("/profile/prove", {"password": PASSWORD}).status_code == 422


def test_nobody_is_led_to_another_site(sophie):
    assert sophie.post("/profile/prove", {"password": PASSWORD, "next": "//evil.example"})["Location"] == "/"


@pytest.mark.parametrize("sealed", ["x", "é", "gAAAAA"])
def test_an_altered_kept_form_is_nothing(sophie, sealed):
    assert sophie.post("/profile/prove", {"password": PASSWORD, "kept": sealed})["Location"] == "/"


@rule("ACC-09")
def test_a_form_whose_session_has_ended_is_accepted_after_signing_in(world, sophie):
    """After 30 idle minutes a request leads to sign-in, and the form that was posted is accepted after it."""
    sent = {"version": "1", "first_name": "Sofie", "last_name": "Lindqvarn", "organisation": "A & <B>", "phone": "",
            "language": "en", "time_zone": "UTC"}  # fmt: skip
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert sophie.get("/profile").status_code == 302
        asked = follow(sophie, sophie.post("/profile", sent), sent)
        again = enter(sophie, "sophie@alpenrand.example", asked)
        assert hidden(again) == sent
        assert sophie.post("/profile", hidden(again))["Location"] == "/profile?saved=1"


def test_a_kept_form_is_for_its_own_person_only(world, sophie):
    with clock.at(clock.now() + timedelta(minutes=31)):
        asked = follow(sophie, sophie.post("/profile", {"phone": "1"}), {"phone": "1"})
        assert enter(sophie, "jonas@alpenrand.example", asked)["Location"] == "/profile"


def test_a_wrong_password_keeps_the_form_too(world, sophie):
    with clock.at(clock.now() + timedelta(minutes=31)):
        asked = follow(sophie, sophie.post("/profile", {"phone": "1"}), {"phone": "1"})
        refused = enter(sophie, "sophie@alpenrand.example", asked, "wrong horse battery")
        assert (refused.status_code, hidden(refused)["kept"]) == (422, hidden(asked)["kept"])


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(world, sophie):
    began = clock.now()
    for minute in (10, 20, 29):
        with clock.at(began + timedelta(minutes=minute)):
            sophie.get("/bell/badge", headers={"HX-Request": "true", "Tn-Unasked": "1"})
    with clock.at(began + timedelta(minutes=31)):
        assert sophie.get("/bell/badge", headers={"HX-Request": "true"}).status_code == 401
    with world.alpenrand.scope():
        assert Session.objects.get().ended_at is None


def enter(client, email, asked, password=PASSWORD):
    return client.post("/sign-in", hidden(asked) | {"email": email, "password": password})
