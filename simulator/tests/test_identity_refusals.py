"""Every row of the token error table, met by a client that does what the row says."""

from __future__ import annotations

import time
import uuid

import pytest

from simulator.identity.problems import TABLE
from simulator.tests.speaking import ANSWER, refused, text_of


def wrong_secret(sim):
    return sim.app_token(sim.app(), client_secret="wrong")


def secret_expired(sim):
    return sim.app_token(sim.app(secret_expires=time.time() - 1))


def certificate_bad(sim):
    return sim.app_token(sim.app(), client_assertion="a.b.c",
                         client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer")  # fmt: skip


def app_unknown(sim):
    return sim.app_token(sim.app(), client_id=str(uuid.uuid4()))


def app_of_another_tenant(sim):
    return sim.app_token(sim.app(multi_tenant=False, home_tenant=sim.fabrikam["id"]))


def never_consented(sim):
    return sim.app_token(sim.app(consent=False))


def consent_withdrawn(sim):
    app = sim.app()
    assert sim.app_token(app).status_code == 200
    sim.admin.withdraw(sim.contoso["id"], app.id)
    return sim.app_token(app)


def principal_disabled(sim):
    app = sim.app()
    sim.admin.disable(sim.contoso["id"], app.id)
    return sim.app_token(app)


def tenant_unknown(sim):
    return sim.app_token(sim.app(), tenant=str(uuid.uuid4()))


def tenant_invalid(sim):
    return sim.app_token(sim.app(), tenant="no-tenant")


def scope_invalid(sim):
    return sim.app_token(sim.app(), scope="https://graph.microsoft.com/User.Read")


def resource_invalid(sim):
    return sim.app_token(sim.app(), scope="https://nobody.example/.default")


def refresh_token(sim, app, **asked):
    scope = "openid offline_access User.Read"
    return sim.redeem(app, sim.code(app, **{"scope": scope, **asked})).json()["refresh_token"]


def refreshed(sim, app, token, tenant="organizations", **more):
    form = {"grant_type": "refresh_token", "client_id": app.id, "client_secret": app.secret, "refresh_token": token}
    return sim.post(form | more, tenant)


def user_consent_missing(sim):
    app = sim.app()
    return refreshed(sim, app, refresh_token(sim, app), scope="openid Directory.Read.All")


def another_tenant_without_a_relationship(sim):
    app = sim.app()
    return refreshed(sim, app, refresh_token(sim, app), tenant=sim.fabrikam["id"])


def refresh_inactive(sim):
    app = sim.app()
    token = refresh_token(sim, app)
    sim.admin.expire("refresh")
    return refreshed(sim, app, token)


def password_changed(sim):
    app = sim.app()
    token = refresh_token(sim, app)
    sim.admin.expire("refresh", "password_changed")
    return refreshed(sim, app, token)


def refresh_token_of_another_app(sim):
    return refreshed(sim, sim.app(), refresh_token(sim, sim.app()))


def conditional_access(sim):
    sim.admin.fault("ca_blocked", match={"tenant": sim.contoso["id"]})
    return sim.app_token(sim.app())


def busy(sim):
    sim.admin.fault("login_busy", count=1)
    return sim.app_token(sim.app())


def code_expired(sim):
    app = sim.app()
    code = sim.code(app)
    sim.admin.expire("code")
    return sim.redeem(app, code)


def code_reused(sim):
    app = sim.app()
    code = sim.code(app)
    assert sim.redeem(app, code).status_code == 200
    return sim.redeem(app, code)


def verifier_mismatch(sim):
    app = sim.app()
    return sim.redeem(app, sim.code(app), code_verifier="another verifier")


def code_for_another_address(sim):
    app = sim.app()
    return sim.redeem(app, sim.code(app), redirect_uri="http://localhost:2/")


def device_unknown(sim):
    app = sim.app()
    return sim.post({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x",
                     "client_id": app.id, "client_secret": app.secret})  # fmt: skip


def no_grant_type(sim):
    return sim.post({})


def another_grant_type(sim):
    return sim.post({"grant_type": "password"})


ROWS = [
    (wrong_secret, 401, "invalid_client", 7000215),
    (secret_expired, 401, "invalid_client", 7000222),
    (certificate_bad, 401, "invalid_client", 700027),
    (app_unknown, 400, "unauthorized_client", 700016),
    (app_of_another_tenant, 400, "unauthorized_client", 700016),
    (never_consented, 401, "invalid_client", 7000229),
    (consent_withdrawn, 401, "invalid_client", 7000229),
    (principal_disabled, 400, "unauthorized_client", 7000112),
    (tenant_unknown, 400, "invalid_request", 90002),
    (tenant_invalid, 400, "invalid_request", 900023),
    (scope_invalid, 400, "invalid_scope", 1002012),
    (resource_invalid, 400, "invalid_resource", 500011),
    (user_consent_missing, 400, "invalid_grant", 65001),
    (another_tenant_without_a_relationship, 400, "invalid_grant", 65001),
    (refresh_inactive, 400, "invalid_grant", 700082),
    (refresh_token_of_another_app, 400, "invalid_grant", 700082),
    (password_changed, 400, "invalid_grant", 50173),
    (conditional_access, 400, "invalid_grant", 53003),
    (busy, 503, "temporarily_unavailable", 90033),
    (code_expired, 400, "invalid_grant", 70008),
    (code_for_another_address, 400, "invalid_grant", 70008),
    (code_reused, 400, "invalid_grant", 54005),
    (verifier_mismatch, 400, "invalid_grant", 501481),
    (device_unknown, 400, "bad_verification_code", 70016),
    (no_grant_type, 400, "invalid_request", 900144),
    (another_grant_type, 400, "unsupported_grant_type", 70003),
]


@pytest.mark.rule("SIM-06")
@pytest.mark.parametrize(("act", "status", "name", "code"), ROWS, ids=[row[0].__name__ for row in ROWS])
def test_each_row_gives_its_status_error_and_code(sim, act, status, name, code):
    """Every row of the token error table gives its status, error and code."""
    answer = act(sim)
    assert refused(answer) == (status, name, code)
    body = answer.json()
    assert body["error_description"].startswith(f"AADSTS{code}: ")
    assert body.keys() >= {"timestamp", "trace_id", "correlation_id", "error_uri"}
    assert (body.get("suberror") == "consent_required") == (code == 65001)


def test_no_row_of_the_table_is_left_out():
    met = {(status, name, code) for _act, status, name, code in ROWS}
    device = {(400, name, 70016) for name in ("authorization_pending", "authorization_declined", "expired_token")}
    assert {row[:3] for row in TABLE.values()} == met | device


@pytest.mark.rule("SIM-06")
def test_an_unregistered_redirect_address_gets_a_page_and_no_redirect(sim):
    """50011 is an error page."""
    page = sim.browser().get(sim.authorize_url(sim.app(), redirect_uri=f"{ANSWER}/other"), timeout=10)
    assert page.status_code == 400
    assert "AADSTS50011" in text_of(page.text)
    assert page.history == []


@pytest.mark.parametrize("value", ["x" * 3000, "\0", "a/b", "é"])
def test_odd_identifiers_are_unknown_and_break_nothing(sim, value):
    assert refused(sim.app_token(sim.app(), client_id=value)) == (400, "unauthorized_client", 700016)
    assert sim.app_token(sim.app(), tenant="%2F" + "y" * 2000).status_code == 400


def test_a_wire_fault_strikes_the_token_endpoint_when_it_names_it(sim):
    app = sim.app()
    sim.admin.fault("throttle", match={"part": "token"}, count=1, params={"retry_after": 3})
    assert sim.app_token(app).headers["retry-after"] == "3"
    assert sim.app_token(app).status_code == 200


def test_a_fault_for_one_tenant_strikes_it_by_name_too(sim):
    app = sim.app()
    sim.admin.fault("principal_disabled", match={"tenant": sim.contoso["id"]})
    assert refused(sim.app_token(app, tenant=sim.contoso["default_domain"]))[2] == 7000112
