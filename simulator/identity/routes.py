"""From an address of the login host to what answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.cloud import Cloud
from simulator.identity import device, endpoint, pages, tokens
from simulator.identity.problems import TokenError
from simulator.identity.templates import ICON, STYLE
from simulator.wire import Answer, Request, error, json_answer

_FILES = {"/sim/style.css": (STYLE, "text/css; charset=utf-8"), "/sim/icon.svg": (ICON, "image/svg+xml")}
_NO_TENANTS = {"v1.0", "beta", "__sim", "sim"}
_PAGES: dict[str, Callable[[Request, Cloud, str], Answer]] = {
    "oauth2/v2.0/authorize": pages.authorize,
    "v2.0/adminconsent": pages.adminconsent,
    "adminconsent": pages.adminconsent,
}


def page(request: Request, cloud: Cloud) -> Answer | None:
    """What a browser opens; the browser port serves nothing else. None for any other address."""
    if request.path in _FILES:
        body, kind = _FILES[request.path]
        return Answer(200, body, {"content-type": kind, "cache-control": "max-age=3600"})
    tenant, _slash, rest = request.path.lstrip("/").partition("/")
    if request.path != device.PAGE and (rest not in _PAGES or tenant in _NO_TENANTS):
        return None
    if request.method not in {"GET", "POST"}:
        return error(405, "MethodNotAllowed", "A page takes GET and POST.")
    return device.page(request, cloud) if request.path == device.PAGE else _PAGES[rest](request, cloud, tenant)


def answer(request: Request, cloud: Cloud) -> Answer | None:
    """The login host's answer, pages included; None for an address that is not its own."""
    shown = page(request, cloud)
    if shown is not None:
        return shown
    tenant, _slash, rest = request.path.lstrip("/").partition("/")
    handler = _ROUTES.get(rest)
    return handler(request, cloud, tenant) if handler else None


def discovery(request: Request, cloud: Cloud, name: str) -> Answer:
    """OpenID metadata; its addresses come from the Host header."""
    tenant = cloud.world.tenant(name)
    if tenant is None and name not in {"organizations", "common"}:
        return TokenError("tenant_unknown").answer()
    shown = tenant.id if tenant else "{tenantid}"
    root = f"{request.base}/{tenant.id if tenant else name}"
    body: dict[str, Any] = {
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "response_modes_supported": ["query"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{request.base}/{shown}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        "claims_supported": [
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "preferred_username",
            "name",
            "tid",
        ],
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": request.host,
        "tenant_region_scope": "EU" if tenant is None or tenant.country != "US" else "NA",
    }
    if tenant is not None and tenant.nationality:
        body["tenant_region_sub_scope"] = tenant.nationality
    return json_answer(body)


def _keys(request: Request, cloud: Cloud, name: str) -> Answer:  # noqa: ARG001  # a handler
    return json_answer(tokens.jwks(cloud))


def _token(request: Request, cloud: Cloud, name: str) -> Answer:
    if request.method != "POST":
        return error(405, "MethodNotAllowed", "The token endpoint takes POST.")
    return endpoint.token(request, cloud, name)


def _device_code(request: Request, cloud: Cloud, name: str) -> Answer:  # noqa: ARG001  # a handler
    return device.begin(request, cloud)


def _instance(request: Request, cloud: Cloud, name: str) -> Answer:  # noqa: ARG001  # a handler
    asked = request.query.get("authorization_endpoint", "")
    if not asked:
        return error(400, "invalid_request", "authorization_endpoint is required.")
    root = asked.rpartition("/oauth2/")[0]
    host = request.host
    return json_answer(
        {
            "tenant_discovery_endpoint": f"{root}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )


_ROUTES: dict[str, Callable[[Request, Cloud, str], Answer]] = {
    "oauth2/v2.0/token": _token,
    "oauth2/v2.0/devicecode": _device_code,
    "v2.0/.well-known/openid-configuration": discovery,
    "discovery/v2.0/keys": _keys,
    "discovery/instance": _instance,
}
