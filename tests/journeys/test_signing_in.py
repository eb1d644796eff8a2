"""Signing in with a passkey, in a real browser with an authenticator of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

URS = "urs@kiefer.example"
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


def give_authenticator(page: Page) -> None:
    """Chromium's virtual authenticator, which answers at once and says that it knows its user."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="My menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.rule("ACC-39")
def test_a_passkey_signs_in_without_an_address_and_proves_who_one_is(visit):
    """A person adds a passkey, signs out, signs in with it alone, proves with it and takes it away."""
    person = visit()
    person.sign_in(URS)
    page = person.open("/profile/second-factor/passkey")
    give_authenticator(page)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator(".tn-codes li")).to_have_count(10)
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="My menu")).to_be_visible()
    page = person.open("/profile/prove?next=/profile/second-factor")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("button", name="Remove").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("It is removed.")).to_be_visible()


def answer(page: Page, **told: object) -> None:
    """What the server says of the session from now on, as if so much time had passed there."""
    page.unroute_all()
    page.route("**/profile/session", lambda route: route.fulfill(**told))


def test_a_dialog_asks_before_the_session_ends_and_what_was_typed_stays(visit):
    """Two minutes before the end one may stay; after the end the page waits for a new sign-in with its input."""
    person = visit()
    person.sign_in(URS)
    page = person.page
    page.clock.install()
    person.open("/profile").locator("input[name=phone]").fill("+41 44 1")
    me = int(page.locator("#tn-session").get_attribute("data-person") or 0)
    answer(page, json={"left": 100, "person": me, "longest": False})
    page.clock.fast_forward("28:30")
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    answer(page, json={"left": 1800, "person": me, "longest": False})
    stay.click()
    expect(stay).to_be_hidden()
    answer(page, status=401)
    page.clock.fast_forward("29:00")
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    expect(page.locator("input[name=phone]")).to_have_value("+41 44 1")
