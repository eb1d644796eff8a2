"""The pages that a person sees, in a real Chromium and by plain forms."""

from __future__ import annotations

import time

import jwt
import msal
import pytest

from simulator.tests.speaking import ANSWER, GRAPH, answered, refused, text_of

pytestmark = pytest.mark.timeout(60)


def fill(page, account, password=None):
    page.get_by_label("E-mail address").fill(account["upn"])
    page.get_by_label("Password").fill(password or account["password"])
    page.get_by_role("button", name="Sign in").click()


def returned(page, press):
    """What the browser would have brought back to the app, after a button."""
    caught = []
    page.route(f"{ANSWER}**", lambda route: (caught.append(route.request.url), route.fulfill(body="back")))
    page.get_by_role("button", name=press).click()
    page.wait_for_url(f"{ANSWER}**")
    return answered(caught[0])


@pytest.mark.journey
@pytest.mark.rule("SIM-08", "SIM-73")
def test_a_person_signs_in_and_consents_in_a_browser(sim, browser_page):
    """Code + PKCE succeeds in a real browser through the consent page; a reused code gives 54005."""
    app = sim.app()
    browser_page.goto(sim.authorize_url(app, scope="openid User.Read Group.Read.All"))
    fill(browser_page, sim.contoso["cast"]["member"])
    assert browser_page.get_by_text("Group.Read.All").is_visible()
    back = returned(browser_page, "Accept")
    assert back["state"] == "a&b=c d"
    given = sim.redeem(app, back["code"])
    assert given.json()["scope"] == "openid User.Read Group.Read.All"
    assert sim.graph("/me", given.json()["access_token"]).status_code == 200
    assert refused(sim.redeem(app, back["code"])) == (400, "invalid_grant", 54005)


@pytest.mark.journey
@pytest.mark.rule("SIM-08")
def test_a_wrong_password_is_said_and_the_cursor_waits_there(sim, browser_page):
    """A wrong password is said on the page, and the field to correct has the focus."""
    app = sim.app()
    browser_page.goto(sim.authorize_url(app))
    assert browser_page.get_by_label("E-mail address").evaluate("field => field === document.activeElement")
    assert browser_page.get_by_text("Simulated Microsoft, invented data").is_visible()
    fill(browser_page, sim.contoso["cast"]["member"], "wrong")
    assert browser_page.get_by_role("alert").inner_text() == "That account or password is not right."
    assert browser_page.get_by_label("Password").evaluate("field => field === document.activeElement")
    assert browser_page.get_by_label("E-mail address").input_value() == sim.contoso["cast"]["member"]["upn"]


@pytest.mark.journey
@pytest.mark.rule("SIM-09")
def test_an_administrator_consents_and_the_service_principal_exists(sim, browser_page):
    """Admin consent returns tenant and unchanged state; the service principal then exists."""
    app = sim.app(consent=False)
    assert refused(sim.app_token(app))[2] == 7000229
    browser_page.goto(sim.consent_url(app, sim.contoso["id"]))
    fill(browser_page, sim.contoso["cast"]["admin"])
    assert browser_page.get_by_role("listitem").all_inner_texts() == ["Read all user data User.Read.All"]
    back = returned(browser_page, "Accept")
    assert back == {"admin_consent": "True", "tenant": sim.contoso["id"], "scope": GRAPH, "state": "a&b=c d"}
    assert sim.app_token(app).status_code == 200


@pytest.mark.journey
@pytest.mark.rule("SIM-09")
def test_an_administrator_declines(sim, browser_page):
    """Declining returns an error with the state, and no service principal."""
    app = sim.app(consent=False)
    browser_page.goto(sim.consent_url(app))
    fill(browser_page, sim.contoso["cast"]["admin"])
    back = returned(browser_page, "Cancel")
    assert (back["error"], back["state"]) == ("access_denied", "a&b=c d")
    assert refused(sim.app_token(app))[2] == 7000229


@pytest.mark.journey
def test_the_pages_have_no_accessibility_faults(sim, browser_page):
    from axe_playwright_python.sync_playwright import Axe

    app = sim.app(consent=False)
    browser_page.goto(sim.consent_url(app))
    for _page in ("sign in", "wrong password", "consent"):
        found = Axe().run(browser_page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        right = browser_page.get_by_role("alert").count() > 0
        if browser_page.get_by_label("Password").count():
            fill(browser_page, sim.contoso["cast"]["admin"], None if right else "wrong")


@pytest.mark.rule("SIM-09")
@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_whoever_is_no_administrator_cannot_consent_for_all(sim, decision):
    """Only an administrator can consent for the whole tenant."""
    app, browser = sim.app(consent=False), sim.browser()
    page = sim.sign_in(sim.consent_url(app), "member", browser)
    assert "Only a Global Administrator can accept this." in text_of(page.text)
    assert 'value="accept"' not in page.text
    sent = browser.post(sim.consent_url(app), data={"decision": decision}, allow_redirects=False, timeout=10)
    assert answered(sent)["error"] == "access_denied"
    assert refused(sim.app_token(app))[2] == 7000229


def test_an_administrator_of_another_tenant_cannot_consent_for_this_one(sim):
    app = sim.app(consent=False)
    back = answered(sim.sign_in(sim.consent_url(app, sim.fabrikam["id"])))
    assert back["error"] == "invalid_request"
    assert refused(sim.app_token(app, sim.fabrikam["id"]))[2] == 7000229


def test_nobody_consents_without_signing_in(sim):
    app = sim.app(consent=False)
    page = sim.browser().post(sim.consent_url(app), data={"decision": "accept"}, allow_redirects=False, timeout=10)
    assert "Sign in" in text_of(page.text)
    assert refused(sim.app_token(app))[2] == 7000229


def test_a_person_who_declines_gets_no_code_and_is_asked_again(sim):
    app, browser = sim.app(), sim.browser()
    address = sim.authorize_url(app, scope="openid Group.Read.All")
    sim.sign_in(address, browser=browser)
    declined = browser.post(address, data={"decision": "decline"}, allow_redirects=False, timeout=10)
    assert answered(declined)["error"] == "access_denied"
    assert "Permissions requested" in text_of(browser.get(address, timeout=10).text)


def test_consent_once_given_is_remembered_until_it_is_withdrawn(sim):
    app, browser = sim.app(), sim.browser()
    address = sim.authorize_url(app, scope="openid Group.Read.All")
    sim.sign_in(address, browser=browser)
    browser.post(address, data={"decision": "accept"}, allow_redirects=False, timeout=10)
    assert "code" in answered(browser.get(address, allow_redirects=False, timeout=10))
    sim.admin.withdraw(sim.contoso["id"], app.id)
    assert "Permissions requested" in text_of(browser.get(address, timeout=10).text)


def id_claims(sim, app, code):
    return jwt.decode(sim.redeem(app, code).json()["id_token"], options={"verify_signature": False})


@pytest.mark.rule("SIM-74")
def test_the_time_of_sign_in_is_told_only_to_those_who_ask(sim):
    """auth_time is in the id token only if `claims` or the app's registration asks for it."""
    asked = {"claims": '{"id_token":{"auth_time":{"essential":true}}}'}
    plain, registered = sim.app(), sim.app(optional_claims=["auth_time"])
    assert "auth_time" not in id_claims(sim, plain, sim.code(plain))
    assert "auth_time" in id_claims(sim, plain, sim.code(plain, **asked))
    assert "auth_time" in id_claims(sim, registered, sim.code(registered))


@pytest.mark.rule("SIM-74")
def test_prompt_login_asks_for_the_password_again(sim):
    """With prompt=login auth_time is this entry's, without it the session's."""
    app, browser = sim.app(optional_claims=["auth_time"]), sim.browser()
    first = id_claims(sim, app, sim.code(app, browser))["auth_time"]
    while time.time() < first + 1:
        time.sleep(0.05)  # the claim counts whole seconds of the wall clock
    session = browser.get(sim.authorize_url(app), allow_redirects=False, timeout=10)
    assert id_claims(sim, app, answered(session)["code"])["auth_time"] == first
    asked = sim.authorize_url(app, prompt="login")
    assert "Sign in" in text_of(browser.get(asked, allow_redirects=False, timeout=10).text)
    assert id_claims(sim, app, answered(sim.sign_in(asked, browser=browser))["code"])["auth_time"] > first


@pytest.mark.parametrize(("asked", "error"), [
    ({"prompt": "none"}, "login_required"), ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"), ({"scope": ""}, "invalid_request"),
])  # fmt: skip
def test_what_cannot_be_answered_goes_back_to_the_app(sim, asked, error):
    answer = sim.browser().get(sim.authorize_url(sim.app(), **asked), allow_redirects=False, timeout=10)
    assert answered(answer)["error"] == error
    assert answered(answer)["state"] == "a&b=c d"


def test_a_disabled_account_cannot_sign_in_and_its_session_ends(sim):
    app, browser, who = sim.app(), sim.browser(), sim.contoso["cast"]["member"]
    sim.code(app, browser, "member")
    sim.admin.mutate(sim.contoso["id"], "users", "change", who["upn"], accountEnabled=False)
    try:
        assert "Sign in" in text_of(browser.get(sim.authorize_url(app), timeout=10).text)
        assert "not right" in text_of(sim.sign_in(sim.authorize_url(app), "member").text)
    finally:
        sim.admin.mutate(sim.contoso["id"], "users", "change", who["upn"], accountEnabled=True)


def test_what_an_app_calls_itself_is_shown_as_text(sim):
    app = sim.app()
    sim.admin.call("POST", "/apps", {"client_id": app.id, "display_name": "<b>x</b>", "redirect_uris": [ANSWER]})
    page = sim.browser().get(sim.authorize_url(app, login_hint='"><i>'), timeout=10)
    assert "<b>" not in page.text
    assert "<i>" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.fixture
def device(sim):
    """A device that has asked for a code."""
    app = sim.app(public=True)
    address = f"{sim.running.cloud_url}/organizations/oauth2/v2.0/devicecode"
    return app, sim.session.post(address, data={"client_id": app.id, "scope": "openid User.Read"}, timeout=10).json()


def polled(sim, app, shown):
    return sim.post({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": app.id,
                     "device_code": shown["device_code"]}, "organizations")  # fmt: skip


@pytest.mark.journey
@pytest.mark.rule("SIM-10")
def test_a_device_waits_until_a_person_approves(sim, device, browser_page):
    """Device code: pending, then approved, once."""
    app, shown = device
    assert (shown["expires_in"], shown["interval"]) == (900, 5)
    assert refused(polled(sim, app, shown)) == (400, "authorization_pending", 70016)
    browser_page.goto(shown["verification_uri"])
    browser_page.get_by_label("Code that your device shows").fill(shown["user_code"].lower())
    browser_page.get_by_role("button", name="Next").click()
    fill(browser_page, sim.contoso["cast"]["member"])
    browser_page.get_by_role("button", name="Accept").click()
    assert browser_page.get_by_role("heading", name="Sign-in approved").is_visible()
    given = polled(sim, app, shown).json()
    assert sim.graph("/me", given["access_token"]).status_code == 200
    assert refused(polled(sim, app, shown))[1] == "expired_token"


@pytest.mark.rule("SIM-10")
def test_a_device_learns_that_it_was_declined_or_too_late(sim, device):
    """Device code: declined and expired."""
    app, shown = device
    page, browser = f"{shown['verification_uri']}?code={shown['user_code']}", sim.browser()
    sim.sign_in(page, browser=browser)
    browser.post(page, data={"decision": "decline"}, timeout=10)
    assert refused(polled(sim, app, shown)) == (400, "authorization_declined", 70016)
    sim.admin.expire("device")
    assert refused(polled(sim, app, shown)) == (400, "expired_token", 70016)
    assert "not known, or it has expired" in text_of(browser.get(page, timeout=10).text)


@pytest.mark.rule("SIM-10")
def test_a_device_code_that_nobody_was_given_is_refused(sim, device):
    """Device code: one that does not exist, or belongs to another app, gives bad_verification_code."""
    app, shown = device
    for asked in ((app, {"device_code": "made-up"}), (sim.app(public=True), shown)):
        assert refused(polled(sim, *asked))[:2] == (400, "bad_verification_code")


@pytest.mark.rule("SIM-49")
def test_msal_signs_a_device_in_and_refreshes(sim):
    """Unmodified msal: device code, then silently again by its refresh token."""
    app = sim.app(public=True)
    client = msal.PublicClientApplication(
        app.id, authority=f"{sim.running.cloud_url}/organizations", instance_discovery=False, http_client=sim.session
    )
    flow = client.initiate_device_flow(["User.Read"])
    page, browser = f"{flow['verification_uri']}?code={flow['user_code']}", sim.browser()
    sim.sign_in(page, "member", browser)
    browser.post(page, data={"decision": "accept"}, timeout=10)
    given = client.acquire_token_by_device_flow(flow, exit_condition=lambda _flow: True)
    assert given["id_token_claims"]["preferred_username"] == sim.contoso["cast"]["member"]["upn"]
    again = client.acquire_token_silent(["User.Read"], client.get_accounts()[0], force_refresh=True)
    assert again["access_token"] != given["access_token"]
    assert sim.graph("/me", again["access_token"]).status_code == 200
