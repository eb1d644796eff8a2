"""Signing in and out, through the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured

from tenantry.kernel import clock
from tenantry.kernel.models import Fact
from tenantry.portal.people.models import Session
from tenantry.shell import sign_in
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
SENTENCE = "E-mail or password is not right, or the account is locked."


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """How long each refusal would have waited."""
    kept = []
    monkeypatch.setattr(sign_in, "pause", kept.append)
    return kept


def enter(client, email="sophie@alpenrand.example", password=PASSWORD, **more):
    return client.post("/sign-in", {"email": email, "password": password, **more})


def test_the_right_password_leads_home(world):
    answer = enter(world.nobody)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert configured.SESSION_COOKIE_NAME in answer.cookies


def test_the_page_that_was_asked_for_comes_after_sign_in(world):
    assert enter(world.nobody, next="/settings/roles?x=1")["Location"] == "/settings/roles?x=1"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/sign-out"]
)
def test_nobody_is_led_to_another_site(world, target):
    assert enter(world.nobody, next=target)["Location"] == "/"


def test_signing_out_ends_the_session(world):
    client = world.alpenrand.browser("Sophie")
    assert client.get("/profile").status_code == 200
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/profile").status_code == 302
    with world.alpenrand.scope():
        assert Session.objects.get().end == "signed_out"


def test_a_copied_cookie_is_worth_nothing_after_signing_out(world):
    client, thief = world.alpenrand.browser("Sophie"), world.nobody
    thief.cookies.update(client.cookies)
    client.post("/sign-out")
    assert thief.get("/profile").status_code == 302


@rule("ACC-32")
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("nobody@alpenrand.example", PASSWORD),
        ("sophie@alpenrand.example", "wrong horse battery"),
        ("urs@kiefer.example", "wrong horse battery"),
        ("", ""),
    ],
)
def test_every_refusal_says_the_same_at_the_same_moment(world, waits, email, password):
    """Known and unknown addresses, of either region, get one sentence, one second after the request."""
    answer = enter(world.nobody, email, password)
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert len(waits) == 1
    assert 0 < waits[0] <= 1


def test_a_locked_account_hears_the_same(world):
    for _try in range(4):
        enter(world.nobody, password="wrong horse battery")
    answer = enter(world.nobody)
    assert (answer.status_code, SENTENCE in answer.content.decode()) == (422, True)
    with world.alpenrand.scope():
        assert Fact.objects.filter(name="people.person_locked").count() == 1


def test_the_password_never_comes_back_in_the_page(world):
    answer = enter(world.nobody, password="wrong horse battery")
    assert b"wrong horse battery" not in answer.content
    assert b"sophie@alpenrand.example" in answer.content


def test_a_network_address_has_twenty_tries_in_five_minutes(world):
    moment = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    with clock.at(moment):
        told = [enter(world.nobody, "nobody@alpenrand.example").status_code for _try in range(21)]
        assert told == [422] * 20 + [429]
        assert enter(world.nobody)["Retry-After"] == "300"
    with clock.at(moment + timedelta(minutes=6)):
        assert enter(world.nobody).status_code == 302


def test_the_language_of_the_page_is_kept_in_a_cookie(world):
    client = world.nobody
    client.post("/sign-in", {"language": "de", "next": "/home"})
    assert client.cookies[configured.LANGUAGE_COOKIE_NAME].value == "de"


def test_an_unknown_language_is_not_kept(world):
    client = world.nobody
    client.post("/sign-in", {"language": "../../x"})
    assert configured.LANGUAGE_COOKIE_NAME not in client.cookies


def test_a_forged_routing_cookie_opens_nothing(world):
    client = world.nobody
    client.cookies[configured.SESSION_COOKIE_NAME] = "WzEsImRlLXdlc3RjZW50cmFsIiwieCJd:1:abc"
    assert client.get("/profile").status_code == 302


def test_sign_in_without_a_token_of_the_page_is_refused(world):
    from django.test import Client

    assert enter(Client(enforce_csrf_checks=True)).status_code == 403
