"""The token endpoint: client credentials, code with PKCE, refresh."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from simulator.identity import consents
from simulator.identity.consents import App
from simulator.identity.problems import TokenError
from simulator.identity.tokens import GRAPH, LIFE, sign
from simulator.wire import Answer, Request, json_answer

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.world import Account, Tenant

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
RESOURCES = {GRAPH, "00000003-0000-0000-c000-000000000000", "https://management.azure.com"}
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def token(request: Request, cloud: Cloud, tenant_name: str) -> Answer:
    """POST /{tenant}/oauth2/v2.0/token."""
    form = request.form()
    try:
        rule = cloud.faults.find("token", request, tenant_name, form.get("client_id", ""))
        if rule is not None:
            raise TokenError({"consent_revoked": "not_consented"}.get(rule["kind"], rule["kind"]))
        given = _grant(request, cloud, tenant_name, form)
    except TokenError as refusal:
        return refusal.answer()
    return json_answer(given, 200, {"cache-control": "no-store", "pragma": "no-cache"})


def _grant(request: Request, cloud: Cloud, tenant_name: str, form: dict[str, str]) -> dict[str, Any]:
    match form.get("grant_type"):
        case "client_credentials":
            return _client_credentials(request, cloud, _tenant(cloud, tenant_name), form)
        case "authorization_code":
            return _code(request, cloud, form)
        case "refresh_token":
            return _refresh(request, cloud, form)
        case None:
            raise TokenError("malformed")
        case _:
            raise TokenError("grant_type")


def _tenant(cloud: Cloud, name: str) -> Tenant:
    found = cloud.world.tenant(name)
    if found is None:
        known_form = _GUID.fullmatch(name) or "." in name
        raise TokenError("tenant_unknown" if known_form else "tenant_invalid")
    return found


def _client_credentials(request: Request, cloud: Cloud, tenant: Tenant, form: dict[str, str]) -> dict[str, Any]:
    app = _client(request, cloud, form)
    resource = _resource(form.get("scope", ""))
    grant = consents.granted(cloud, app.client_id, tenant.id)
    if grant is None:
        raise TokenError("not_consented")
    if not grant.enabled:
        raise TokenError("principal_disabled")
    now = time.time()
    claims = _claims(request, tenant, app, resource, now) | {
        "idtyp": "app", "oid": _principal(app, tenant), "sub": _principal(app, tenant), "roles": list(grant.roles),
        "xms_cc": _capabilities(form),
    }  # fmt: skip
    return {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE, "access_token": sign(claims, cloud)}


def _claims(request: Request, tenant: Tenant, app: App, resource: str, now: float) -> dict[str, Any]:
    return {
        "aud": resource, "iss": f"{request.base}/{tenant.id}/v2.0", "iat": int(now), "iat_exact": now, "nbf": int(now),
        "exp": int(now) + LIFE, "appid": app.client_id, "azp": app.client_id, "tid": tenant.id, "ver": "2.0",
        "app_displayname": app.display_name, "uti": uuid.uuid4().hex,
    }  # fmt: skip


def _principal(app: App, tenant: Tenant) -> str:
    return str(uuid.uuid5(uuid.UUID(tenant.id), app.client_id))


def _capabilities(form: dict[str, str]) -> list[str]:
    try:
        asked = msgspec.json.decode(form.get("claims", "{}"))
        values = asked["access_token"]["xms_cc"]["values"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return []
    return [value for value in values if isinstance(value, str)]


def _resource(scope: str) -> str:
    name = scope.split(" ", maxsplit=1)[0].removesuffix("/.default")
    if not scope.split(" ", maxsplit=1)[0].endswith("/.default"):
        raise TokenError("scope_invalid")
    if name not in RESOURCES:
        raise TokenError("resource_invalid")
    return GRAPH if name == "00000003-0000-0000-c000-000000000000" else name


def _client(request: Request, cloud: Cloud, form: dict[str, str]) -> App:
    """The app that proves itself by secret or by certificate."""
    app = consents.app(cloud, form.get("client_id", ""))
    if app is None:
        raise TokenError("app_unknown")
    if form.get("client_assertion_type") == ASSERTION:
        _check_assertion(request, app, form.get("client_assertion", ""))
        return app
    now = time.time()
    held = [known for known in app.secrets if known["secret"] == form.get("client_secret")]
    if not held:
        raise TokenError("wrong_secret")
    if held[0]["expires"] is not None and held[0]["expires"] <= now:
        raise TokenError("secret_expired")
    return app


def _check_assertion(request: Request, app: App, assertion: str) -> None:
    """A certificate assertion: signature, audience and expiry, by thumbprint x5t or x5t#S256 without padding."""
    try:
        header = msgspec.json.decode(_decoded(assertion.split(".", maxsplit=1)[0]))
        claims = msgspec.json.decode(_decoded(assertion.split(".")[1]))
    except (ValueError, IndexError):
        raise TokenError("certificate_bad") from None
    for pem in app.certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        if not _names(header, certificate):
            continue
        public = RSAKey.import_key(certificate.public_key())  # type: ignore[arg-type]  # RSA by registration
        try:
            jws.deserialize_compact(assertion, public, algorithms=["RS256", "PS256"])
        except JoseError:
            continue
        if claims["exp"] > time.time() and str(claims["aud"]).startswith(request.base):
            return
    raise TokenError("certificate_bad")


def _names(header: dict[str, Any], certificate: x509.Certificate) -> bool:
    for name, kind in (("x5t", hashes.SHA1()), ("x5t#S256", hashes.SHA256())):  # noqa: S303  # a thumbprint
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(kind)).decode()
        if str(header.get(name, "")).rstrip("=") == thumbprint.rstrip("="):
            return True
    return False


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _code(request: Request, cloud: Cloud, form: dict[str, str]) -> dict[str, Any]:
    key = f"k/{form.get('code', '')}".encode()
    known = cloud.store.read(key)
    if (
        known is None
        or known["client_id"] != form.get("client_id")
        or known["redirect_uri"] != form.get("redirect_uri")
    ):
        raise TokenError("code_expired")
    _client(request, cloud, form)
    if known["used"]:
        raise TokenError("code_reused")
    if known["expires"] < time.time():
        raise TokenError("code_expired")
    proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
    if known["challenge"] and proof.decode() != known["challenge"]:
        raise TokenError("verifier_mismatch")
    cloud.store.write(key, known | {"used": True})
    return user_tokens(request, cloud, known)


def user_tokens(request: Request, cloud: Cloud, known: dict[str, Any]) -> dict[str, Any]:
    """Access, id and refresh token of a signed-in user."""
    app, tenant = consents.app(cloud, known["client_id"]), cloud.world.tenant(known["tid"])
    account = cloud.world.account_by_oid(known["tid"], known["oid"])
    if app is None or tenant is None or account is None or not account.enabled:
        raise TokenError("refresh_inactive")
    scopes = known["scope"].split()
    now = time.time()
    graph_scopes = [scope.removeprefix(f"{GRAPH}/") for scope in scopes if scope not in {"openid", "profile", "email",
                                                                                        "offline_access"}]  # fmt: skip
    access = _claims(request, tenant, app, GRAPH, now) | {
        "idtyp": "user", "oid": account.oid, "sub": account.oid, "upn": account.upn, "name": account.display_name,
        "scp": " ".join(graph_scopes), "wids": list(account.directory_roles),
    }  # fmt: skip
    given = {"token_type": "Bearer", "scope": known["scope"], "expires_in": LIFE, "ext_expires_in": LIFE,
             "access_token": sign(access, cloud)}  # fmt: skip
    if "openid" in scopes:
        given["id_token"] = sign(_id_claims(request, tenant, app, account, known, now), cloud)
        given["client_info"] = _packed({"uid": account.oid, "utid": tenant.id})
    if "offline_access" in scopes:
        given["refresh_token"] = _keep_refresh(cloud, known)
    return given


def _id_claims(  # noqa: PLR0917  # one token, all that is said in it
    request: Request, tenant: Tenant, app: App, account: Account, known: dict[str, Any], now: float
) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "aud": app.client_id, "iss": f"{request.base}/{tenant.id}/v2.0", "iat": int(now), "nbf": int(now),
        "exp": int(now) + LIFE, "oid": account.oid, "sub": account.oid, "tid": tenant.id, "ver": "2.0",
        "name": account.display_name, "preferred_username": account.upn, "wids": list(account.directory_roles),
    }  # fmt: skip
    if known.get("nonce"):
        claims["nonce"] = known["nonce"]
    if "@" in account.upn and "email" in known["scope"].split():
        claims["email"] = account.upn
    if known.get("wants_auth_time"):
        claims["auth_time"] = int(known["auth_time"])
    return claims


def _packed(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


def _keep_refresh(cloud: Cloud, known: dict[str, Any]) -> str:
    name = f"{uuid.uuid4().hex}{uuid.uuid4().hex}"
    cloud.store.write(f"r/{name}".encode(), known)
    return name


def _refresh(request: Request, cloud: Cloud, form: dict[str, str]) -> dict[str, Any]:
    known = cloud.store.read(f"r/{form.get('refresh_token', '')}".encode())
    if known is None or known["client_id"] != form.get("client_id"):
        raise TokenError("refresh_inactive")
    _client(request, cloud, form)
    return user_tokens(request, cloud, known | {"scope": form.get("scope") or known["scope"]})
