"""The token endpoint: client credentials, code with PKCE, device code, refresh."""

from __future__ import annotations

import base64
import hashlib
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.faults import alter, instead
from simulator.identity import consents, device, expiry
from simulator.identity.clients import proven
from simulator.identity.consents import App
from simulator.identity.problems import TABLE, TokenError
from simulator.identity.tokens import GRAPH, LIFE, sign
from simulator.wire import Answer, Request, json_answer

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.world import Account, Tenant

RESOURCES = {GRAPH, "00000003-0000-0000-c000-000000000000", "https://management.azure.com"}
ANY_TENANT = {"organizations", "common"}
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def token(request: Request, cloud: Cloud, tenant_name: str) -> Answer:
    """POST /{tenant}/oauth2/v2.0/token."""
    form = request.form()
    tenant = cloud.world.tenant(tenant_name)
    rule = cloud.faults.find("token", request, tenant.id if tenant else tenant_name, form.get("client_id", ""))
    struck = _struck(rule, request) if rule else None
    if struck is not None:
        return struck
    try:
        given = _grant(request, cloud, tenant_name, form)
    except TokenError as refusal:
        return refusal.answer()
    answer = json_answer(given, 200, {"cache-control": "no-store", "pragma": "no-cache"})
    return alter(rule, answer, request) if rule else answer


def _struck(rule: dict[str, Any], request: Request) -> Answer | None:
    """What a fault answers here: a row of the token error table, or what it does on the wire."""
    case = {"consent_revoked": "not_consented"}.get(rule["kind"], rule["kind"])
    return TokenError(case).answer() if case in TABLE else instead(rule, request)


def _grant(request: Request, cloud: Cloud, tenant_name: str, form: dict[str, str]) -> dict[str, Any]:
    grants = {"client_credentials": _client_credentials, "authorization_code": _code, "refresh_token": _refresh,
              device.GRANT: _device}  # fmt: skip
    named = form.get("grant_type")
    if named is None:
        raise TokenError("malformed")
    if named not in grants:
        raise TokenError("grant_type")
    if tenant_name not in ANY_TENANT:
        _tenant(cloud, tenant_name)
    return grants[named](request, cloud, tenant_name, form)


def _tenant(cloud: Cloud, name: str) -> Tenant:
    found = cloud.world.tenant(name)
    if found is None:
        known_form = _GUID.fullmatch(name) or "." in name
        raise TokenError("tenant_unknown" if known_form else "tenant_invalid")
    return found


def _client_credentials(request: Request, cloud: Cloud, tenant_name: str, form: dict[str, str]) -> dict[str, Any]:
    tenant = _tenant(cloud, tenant_name)
    app = proven(request, cloud, form)
    if not app.multi_tenant and app.home_tenant != tenant.id:
        raise TokenError("app_unknown")
    resource = _resource(form.get("scope", ""))
    grant = consents.granted(cloud, app.client_id, tenant.id)
    if grant is None:
        raise TokenError("not_consented")
    if not grant.enabled:
        raise TokenError("principal_disabled")
    now = time.time()
    claims = _claims(request, tenant, app, resource, now) | {
        "idtyp": "app", "oid": grant.oid, "sub": grant.oid, "roles": list(grant.roles),
        "xms_cc": _capabilities(form),
    }  # fmt: skip
    return {"token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE, "access_token": sign(claims, cloud)}


def _claims(request: Request, tenant: Tenant, app: App, resource: str, now: float) -> dict[str, Any]:
    return {
        "aud": resource, "iss": f"{request.base}/{tenant.id}/v2.0", "iat": int(now), "iat_exact": now, "nbf": int(now),
        "exp": int(now) + LIFE, "appid": app.client_id, "azp": app.client_id, "tid": tenant.id, "ver": "2.0",
        "app_displayname": app.display_name, "uti": uuid.uuid4().hex,
    }  # fmt: skip


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


def _code(request: Request, cloud: Cloud, tenant_name: str, form: dict[str, str]) -> dict[str, Any]:
    key = f"k/{form.get('code', '')}".encode()
    known = cloud.store.read(key)
    if (
        known is None
        or known["client_id"] != proven(request, cloud, form).client_id
        or known["redirect_uri"] != form.get("redirect_uri")
    ):
        raise TokenError("code_expired")
    _check_home(cloud, tenant_name, known["tid"])
    if known["used"]:
        raise TokenError("code_reused")
    if known["expires"] < time.time() or expiry.ended(cloud, "code", known["issued"]):
        raise TokenError("code_expired")
    if known["challenge"] and _transformed(form.get("code_verifier", ""), known["method"]) != known["challenge"]:
        raise TokenError("verifier_mismatch")
    cloud.store.write(key, known | {"used": True})
    return user_tokens(request, cloud, known | {"capabilities": _capabilities(form)})


def _transformed(verifier: str, method: str) -> str:
    """A PKCE verifier as its challenge (RFC 7636, section 4.2)."""
    if method != "S256":
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _check_home(cloud: Cloud, tenant_name: str, tid: str) -> None:
    """Refuse another tenant than the person's own: no relationship lets them in there."""
    tenant = cloud.world.tenant(tenant_name)
    if tenant_name not in ANY_TENANT and (tenant is None or tenant.id != tid):
        raise TokenError("user_consent_missing")


def _device(request: Request, cloud: Cloud, tenant_name: str, form: dict[str, str]) -> dict[str, Any]:
    app = proven(request, cloud, form)
    known = device.approved(cloud, form.get("device_code", ""), app.client_id)
    _check_home(cloud, tenant_name, known["tid"])
    return user_tokens(request, cloud, known | {"capabilities": _capabilities(form)})


def user_tokens(request: Request, cloud: Cloud, known: dict[str, Any]) -> dict[str, Any]:
    """Access, id and refresh token of a signed-in user."""
    app, tenant = consents.app(cloud, known["client_id"]), cloud.world.tenant(known["tid"])
    account = cloud.world.account_by_oid(known["tid"], known["oid"])
    if app is None or tenant is None or account is None or not account.enabled:
        raise TokenError("refresh_inactive")
    scopes = known["scope"].split()
    now = time.time()
    held = consents.held_by(cloud, app, tenant.id, account.oid)
    if not consents.wanted(app, known["scope"]) <= held:
        raise TokenError("user_consent_missing")
    access = _claims(request, tenant, app, GRAPH, now) | {
        "idtyp": "user", "oid": account.oid, "sub": account.oid, "upn": account.upn, "name": account.display_name,
        "scp": " ".join(sorted(consents.wanted(app, known["scope"]))), "wids": list(account.directory_roles),
        "xms_cc": known.get("capabilities", []),
    }  # fmt: skip
    given = {"token_type": "Bearer", "scope": known["scope"], "expires_in": LIFE, "ext_expires_in": LIFE,
             "access_token": sign(access, cloud)}  # fmt: skip
    if "openid" in scopes:
        given["id_token"] = sign(_id_claims(request, tenant, app, account, known=known, now=now), cloud)
        given["client_info"] = _packed({"uid": account.oid, "utid": tenant.id})
    if "offline_access" in scopes:
        given["refresh_token"] = _keep_refresh(cloud, known)
    return given


def _id_claims(
    request: Request, tenant: Tenant, app: App, account: Account, *, known: dict[str, Any], now: float
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
    if known.get("wants_auth_time") or "auth_time" in app.optional_claims:
        claims["auth_time"] = int(known["auth_time"])
    return claims


def _packed(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


def _keep_refresh(cloud: Cloud, known: dict[str, Any]) -> str:
    name = f"{uuid.uuid4().hex}{uuid.uuid4().hex}"
    cloud.store.write(f"r/{name}".encode(), known | {"issued": time.time()})
    return name


def _refresh(request: Request, cloud: Cloud, tenant_name: str, form: dict[str, str]) -> dict[str, Any]:
    known = cloud.store.read(f"r/{form.get('refresh_token', '')}".encode())
    if known is None or known["client_id"] != proven(request, cloud, form).client_id:
        raise TokenError("refresh_inactive")
    if expiry.ended(cloud, "refresh", known["issued"]):
        raise TokenError(expiry.reason(cloud, "refresh") or "refresh_inactive")
    _check_home(cloud, tenant_name, known["tid"])
    wish = {"scope": form.get("scope") or known["scope"], "capabilities": _capabilities(form)}
    return user_tokens(request, cloud, known | wish)
