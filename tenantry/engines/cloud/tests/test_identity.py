"""Two round trips through a browser: signing in, and consenting."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tenantry.engines.cloud import apps, identity
from tenantry.engines.cloud.clouds import cloud
from tenantry.engines.cloud.identity import Proof
from tenantry.kernel.errors import Broken, Later, Refused


@pytest.fixture
def browser():
    session = requests.Session()
    session.trust_env = False
    return session


@pytest.fixture
def answer(settings):
    return f"{settings.PUBLIC_URL}/connect/microsoft"


def sign_in(browser, microsoft, answer, who, proof):
    """Fill in the sign-in pages as a person does; gives back what the portal's address is told."""
    url = identity.authorize_url(cloud("simulator"), apps.app(apps.SIGN_IN), answer, "the state", proof)
    assert url.startswith(microsoft.browser_url)
    page = browser.get(url, timeout=10)
    for _step in range(4):
        page = post_form(browser, page, {"login": who["upn"], "password": who["password"]})
        if page.status_code in {302, 303} and page.headers["location"].startswith(answer):
            return {key: values[0] for key, values in parse_qs(urlsplit(page.headers["location"]).query).items()}
    raise AssertionError(page.text)


def redeem(given, proof, answer):
    return identity.redeem(cloud("simulator"), apps.app(apps.SIGN_IN), given["code"], proof, answer)


def post_form(browser, page, known):
    action = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    names = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>', page.text))
    url = requests.compat.urljoin(page.url, action[1].replace("&amp;", "&") if action else page.url)
    values = {name: known.get(name, value) for name, value in names.items()}
    return browser.post(url, data=values, timeout=10, allow_redirects=False)


def test_nationality_comes_from_the_metadata(microsoft):
    here = cloud("simulator")
    assert identity.nationality(here, microsoft.admin.tenant("woodgrove.example")["id"]) == "GCC"
    assert identity.nationality(here, microsoft.admin.tenant("contoso.example")["id"]) == ""
    with pytest.raises(Broken):
        identity.nationality(here, "../../evil")


def test_the_address_of_sign_in_carries_state_nonce_and_challenge(microsoft, answer):
    proof = Proof.make()
    url = identity.authorize_url(cloud("simulator"), apps.app(apps.SIGN_IN), answer, "s", proof)
    asked = parse_qs(urlsplit(url).query)
    assert (asked["state"], asked["nonce"], asked["code_challenge_method"]) == (["s"], [proof.nonce], ["S256"])
    assert asked["code_challenge"] == [proof.challenge]
    assert proof.verifier not in url


def test_the_address_of_consent_names_app_tenant_and_state(microsoft, answer):
    url = identity.adminconsent_url(cloud("simulator"), apps.app(apps.INSIGHT), "the-tenant", answer, "s")
    parts = urlsplit(url)
    assert parts.path == "/the-tenant/v2.0/adminconsent"
    assert parse_qs(parts.query)["client_id"] == [apps.app(apps.INSIGHT).client_id]


def test_a_code_that_nobody_gave_is_refused(microsoft, answer):
    with pytest.raises(Refused):
        identity.redeem(cloud("simulator"), apps.app(apps.SIGN_IN), "no code", Proof.make(), answer)


def test_while_microsoft_is_silent_we_ask_for_patience(microsoft, answer, monkeypatch):
    from dataclasses import replace

    silent = replace(cloud("simulator"), authority_host="https://localhost:9", graph_base="https://localhost:9")
    with pytest.raises(Later):
        identity.nationality(silent, microsoft.admin.tenant("contoso.example")["id"])
    with pytest.raises(Later):
        identity.redeem(silent, apps.app(apps.SIGN_IN), "code", Proof.make(), answer)


CAST = [("admin", (True, True)), ("admin_without_sharepoint", (True, False)), ("member", (False, False))]


@pytest.mark.parametrize(("part", "standing"), CAST)
def test_a_person_signs_in_and_graph_says_what_it_is(microsoft, browser, answer, part, standing):
    tenant, proof, here = microsoft.admin.tenant("contoso.example"), Proof.make(), cloud("simulator")
    who = tenant["cast"][part]
    given = sign_in(browser, microsoft, answer, who, proof)
    found = redeem(given, proof, answer)
    assert (found.tid, found.oid, found.upn) == (tenant["id"], who["oid"], who["upn"])
    assert (identity.is_global_administrator(here, found), identity.has_sharepoint(here, found)) == standing
    assert given["state"] == "the state"


def test_a_code_is_worth_nothing_without_its_verifier(microsoft, browser, answer):
    proof, who = Proof.make(), microsoft.admin.tenant("contoso.example")["cast"]["member"]
    given = sign_in(browser, microsoft, answer, who, proof)
    with pytest.raises(Refused):
        identity.redeem(
            cloud("simulator"), apps.app(apps.SIGN_IN), given["code"], Proof("another", proof.nonce), answer
        )


def test_an_answer_to_another_nonce_is_not_ours(microsoft, browser, answer):
    proof, who = Proof.make(), microsoft.admin.tenant("contoso.example")["cast"]["member"]
    given = sign_in(browser, microsoft, answer, who, proof)
    with pytest.raises(Broken):
        identity.redeem(
            cloud("simulator"), apps.app(apps.SIGN_IN), given["code"], Proof(proof.verifier, "another"), answer
        )
