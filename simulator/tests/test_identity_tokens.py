"""Discovery and tokens, as clients and libraries that are not ours see them."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from simulator.testing import start
from simulator.tests.speaking import GRAPH, Speaker, answered, refused

FIELDS = {"token_endpoint", "authorization_endpoint", "issuer", "jwks_uri", "device_authorization_endpoint",
          "cloud_instance_name", "msgraph_host", "tenant_region_scope"}  # fmt: skip
AUDIENCE = GRAPH.removesuffix("/.default")


@pytest.fixture(scope="module")
def certificate():
    """A certificate with its key, as an administrator registers one for an app."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode(), made.public_bytes(serialization.Encoding.PEM).decode(), made.fingerprint(hashes.SHA1()).hex()


def metadata(sim, tenant, **more):
    address = f"{sim.running.cloud_url}/{tenant}/v2.0/.well-known/openid-configuration"
    return sim.session.get(address, timeout=10, **more)


def client(sim, app, credential, tenant=None):
    return msal.ConfidentialClientApplication(
        app.id, client_credential=credential, instance_discovery=False, http_client=sim.session,
        authority=f"{sim.running.cloud_url}/{tenant or sim.contoso['id']}",
    )  # fmt: skip


@pytest.mark.rule("SIM-02")
def test_discovery_follows_the_host_header_and_the_nationality(sim):
    """Discovery has all fields, addresses from the Host header; the sub scope is the tenant's nationality."""
    host = f"127.0.0.1:{sim.running.ports['cloud']}"
    commercial = metadata(sim, sim.contoso["id"], headers={"Host": host}).json()
    assert commercial.keys() >= FIELDS
    addresses = [value for name, value in commercial.items() if name.endswith(("_endpoint", "_uri", "issuer"))]
    assert all(address.startswith(f"https://{host}/{sim.contoso['id']}") for address in addresses)
    assert "tenant_region_sub_scope" not in commercial
    assert metadata(sim, sim.woodgrove["id"]).json()["tenant_region_sub_scope"] == "GCC"


def test_an_unknown_tenant_has_no_metadata(sim):
    assert refused(metadata(sim, "nobody.example")) == (400, "invalid_request", 90002)


def decoded(sim, token, audience, tenant):
    """The claims, by an independent library that reads the published keys."""
    address = metadata(sim, tenant).json()
    keys = {key["kid"]: jwt.PyJWK(key) for key in sim.session.get(address["jwks_uri"], timeout=10).json()["keys"]}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=address["issuer"])


@pytest.mark.rule("SIM-03")
def test_access_and_id_tokens_verify_with_an_independent_library(sim):
    """Tokens verify by JWKS; aud, iss, tid and exp are right."""
    app, tenant = sim.app(), sim.contoso["id"]
    claims = decoded(sim, sim.app_token(app).json()["access_token"], AUDIENCE, tenant)
    assert (claims["tid"], claims["appid"], claims["roles"]) == (tenant, app.id, ["User.Read.All"])
    assert 3500 < claims["exp"] - time.time() <= 3599
    given = sim.redeem(app, sim.code(app)).json()
    who = decoded(sim, given["id_token"], app.id, tenant)
    admin = sim.contoso["cast"]["admin"]
    assert (who["tid"], who["oid"], who["preferred_username"]) == (tenant, admin["oid"], admin["upn"])
    assert who["nonce"] == "n1"
    assert decoded(sim, given["access_token"], AUDIENCE, tenant)["scp"] == "User.Read"


@pytest.mark.rule("SIM-04")
def test_old_tokens_still_verify_after_the_key_has_changed(sim):
    """After key rotation old tokens still verify, and new ones carry a new kid."""
    app = sim.app()
    old = sim.app_token(app).json()["access_token"]
    kid = sim.admin.rotate()
    new = sim.app_token(app).json()["access_token"]
    assert jwt.get_unverified_header(new)["kid"] == kid != jwt.get_unverified_header(old)["kid"]
    for token in (old, new):
        assert decoded(sim, token, AUDIENCE, sim.contoso["id"])["appid"] == app.id
        assert sim.graph("/users?$top=1", token).status_code == 200


@pytest.mark.rule("SIM-05", "SIM-49")
@pytest.mark.parametrize("form", ["secret", "thumbprint", "public_certificate"])
def test_msal_gets_app_tokens_by_secret_and_by_certificate(sim, certificate, form):
    """Client credentials work with unmodified msal: a secret, x5t, and x5t#S256."""
    key, public, thumbprint = certificate
    app = sim.app(certificates=[public])
    credential = {"secret": app.secret, "thumbprint": {"private_key": key, "thumbprint": thumbprint},
                  "public_certificate": {"private_key": key, "public_certificate": public}}[form]  # fmt: skip
    given = client(sim, app, credential).acquire_token_for_client([GRAPH])
    assert "access_token" in given, given
    assert sim.graph("/users?$top=1", given["access_token"]).status_code == 200


@pytest.mark.rule("SIM-05")
def test_another_key_than_the_registered_one_is_refused(sim, certificate):
    """A wrong key gives 700027."""
    key, _public, thumbprint = certificate
    app = sim.app()
    credential = {"private_key": key, "thumbprint": thumbprint}
    given = client(sim, app, credential).acquire_token_for_client([GRAPH])
    assert (given["error"], given["error_codes"]) == ("invalid_client", [700027])


def assertion(key, thumbprint, **claims):
    header = {"x5t": base64.urlsafe_b64encode(bytes.fromhex(thumbprint)).decode()}
    return jwt.encode({"exp": time.time() + 60, **claims}, key, "RS256", header)


@pytest.mark.parametrize("wrong", [{"aud": "https://elsewhere.example/token"}, {"exp": 1}, {"iss": "another app"},
                                   {"nbf": 9_999_999_999}, {"exp": "soon"}, {"aud": None}])  # fmt: skip
def test_an_assertion_for_somebody_else_or_another_time_is_refused(sim, certificate, wrong):
    key, public, thumbprint = certificate
    app = sim.app(certificates=[public])
    right = {"aud": f"{sim.running.cloud_url}/{sim.contoso['id']}/oauth2/v2.0/token", "iss": app.id, "sub": app.id}
    form = {"grant_type": "client_credentials", "client_id": app.id, "scope": GRAPH,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}  # fmt: skip
    good = sim.post(form | {"client_assertion": assertion(key, thumbprint, **right)})
    bad = sim.post(form | {"client_assertion": _unchecked(key, thumbprint, right | wrong)})
    assert good.status_code == 200
    assert refused(bad) == (401, "invalid_client", 700027)


def _unchecked(key, thumbprint, claims):
    """An assertion of any claims, which a careful library would not make."""
    header = {"x5t": base64.urlsafe_b64encode(bytes.fromhex(thumbprint)).decode()}
    return jwt.api_jws.encode(json.dumps({"exp": time.time() + 60} | claims).encode(), key, "RS256", header)


@pytest.mark.rule("SIM-49")
def test_msal_signs_in_by_code_and_refreshes(sim):
    """Unmodified msal redeems a code, checks the id token, and refreshes."""
    app = sim.app()
    theirs = client(sim, app, app.secret, "organizations")
    flow = theirs.initiate_auth_code_flow(["User.Read"], redirect_uri="http://localhost:1/answer")
    address = flow["auth_uri"].replace(sim.running.cloud_url, sim.running.browser_url)
    given = theirs.acquire_token_by_auth_code_flow(flow, answered(sim.sign_in(address)))
    assert given["id_token_claims"]["preferred_username"] == sim.contoso["cast"]["admin"]["upn"]
    assert sim.graph("/me", given["access_token"]).json()["userPrincipalName"] == sim.contoso["cast"]["admin"]["upn"]
    again = theirs.acquire_token_by_refresh_token(given["refresh_token"], ["User.Read"])
    assert sim.graph("/me", again["access_token"]).status_code == 200


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Another simulator, whose keys nobody here knows."""
    other = start("tiny", data=tmp_path_factory.mktemp("stranger"))
    yield Speaker(other)
    other.stop()


def status(sim, token):
    answer = sim.graph("/users?$top=1", token)
    return answer.status_code, answer.json().get("error", {}).get("code")


@pytest.mark.rule("SIM-12")
def test_an_altered_foreign_or_misdirected_token_gets_401(sim, stranger):
    """A token of another audience or maker, or an altered one, gets 401; a good one reads its own tenant only."""
    app = sim.app()
    good = sim.app_token(app).json()["access_token"]
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(claims | {"tid": sim.fabrikam["id"]}).encode()).decode().rstrip("=")
    management = sim.app_token(app, scope="https://management.azure.com/.default").json()["access_token"]
    theirs = stranger.app_token(stranger.app()).json()["access_token"]
    unsigned = jwt.encode(claims, None, "none")
    assert status(sim, good)[0] == 200
    for bad in (f"{head}.{forged}.{signature}", management, theirs, unsigned, "x", ""):
        assert status(sim, bad) == (401, "InvalidAuthenticationToken")


def test_a_token_reads_the_tenant_that_it_was_made_for_and_no_other(sim):
    app = sim.app()
    sim.admin.consent(sim.fabrikam["id"], app.id)
    token = sim.app_token(app, sim.fabrikam["id"]).json()["access_token"]
    assert sim.graph("/organization", token).json()["value"][0]["id"] == sim.fabrikam["id"]
    assert sim.graph(f"/users/{sim.contoso['cast']['admin']['oid']}", token).status_code == 404


def test_an_ended_access_token_gets_401(sim):
    app = sim.app()
    old = sim.app_token(app).json()["access_token"]
    sim.admin.expire("access")
    assert status(sim, old)[0] == 401
    assert status(sim, sim.app_token(app).json()["access_token"])[0] == 200


@pytest.mark.rule("SIM-07")
def test_reduced_consent_gives_a_token_with_fewer_roles(sim):
    """The token is issued with fewer roles, and Graph answers 403."""
    app = sim.app(roles=["User.Read.All", "Group.Read.All"])
    sim.admin.reduce(sim.contoso["id"], app.id, "User.Read.All")
    token = sim.app_token(app).json()["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["roles"] == ["Group.Read.All"]
    assert status(sim, token) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize(("capability", "expected"), [("CP1", 401), ("", 200)])
def test_a_changed_consent_ends_older_tokens_of_clients_that_understand_it(sim, capability, expected):
    app = sim.app(roles=["User.Read.All", "Group.Read.All"])
    claims = json.dumps({"access_token": {"xms_cc": {"values": [capability]}}}) if capability else "{}"
    token = sim.app_token(app, claims=claims).json()["access_token"]
    sim.admin.reduce(sim.contoso["id"], app.id, "Group.Read.All")
    answer = sim.graph("/users?$top=1", token)
    assert answer.status_code == expected
    assert ("insufficient_claims" in answer.headers.get("www-authenticate", "")) == (expected == 401)
    assert status(sim, sim.app_token(app, claims=claims).json()["access_token"])[0] == 200


def test_a_secret_in_the_authorization_header_counts_as_well(sim):
    app = sim.app()
    address = f"{sim.running.cloud_url}/{sim.contoso['id']}/oauth2/v2.0/token"
    form = {"grant_type": "client_credentials", "scope": GRAPH}
    good = requests.post(address, data=form, auth=(app.id, app.secret), verify=sim.running.ca, timeout=10)
    bad = requests.post(address, data=form, auth=(app.id, "wrong"), verify=sim.running.ca, timeout=10)
    assert good.status_code == 200
    assert refused(bad) == (401, "invalid_client", 7000215)
