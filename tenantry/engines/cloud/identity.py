"""Signing somebody in at Microsoft and asking an organisation's consent: two round trips through a browser."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
import requests
from msal.exceptions import MsalServiceError

from tenantry.engines.cloud.apps import App
from tenantry.engines.cloud.clouds import Cloud
from tenantry.engines.cloud.problems import of_graph, of_token
from tenantry.engines.cloud.tokens import Session, client
from tenantry.kernel.errors import Broken, Later
from tenantry.kernel.text import _

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
"""Role template id (Microsoft Entra built-in roles)."""
SHAREPOINT = ("SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "SHAREPOINTDESKLESS", "SHAREPOINTLITE")
SCOPES = ("openid", "profile", "User.Read")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Proof:
    """What a round trip carries besides its state: the PKCE verifier, and the nonce that the answer repeats."""

    verifier: str
    nonce: str

    @classmethod
    def make(cls) -> Proof:
        """A new one (RFC 7636)."""
        return cls(secrets.token_urlsafe(48), secrets.token_urlsafe(24))

    @property
    def challenge(self) -> str:
        """What is sent ahead of the verifier."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Identity:
    """Who signed in, and where; the token is good for asking Graph about that person."""

    tid: str
    oid: str
    upn: str
    name: str
    wids: tuple[str, ...]
    access_token: str


def authorize_url(cloud: Cloud, app: App, redirect_uri: str, state: str, proof: Proof) -> str:
    """Where the browser signs in; always asks which account, since a partner's people have many."""
    asked = {
        "client_id": app.client_id, "response_type": "code", "redirect_uri": redirect_uri, "scope": " ".join(SCOPES),
        "state": state, "nonce": proof.nonce, "code_challenge": proof.challenge, "code_challenge_method": "S256",
        "prompt": "select_account",
    }  # fmt: skip
    return f"{cloud.authority_for_browser}/organizations/oauth2/v2.0/authorize?{urlencode(asked)}"


def adminconsent_url(cloud: Cloud, app: App, tenant: str, redirect_uri: str, state: str) -> str:
    """Where a Global Administrator of the tenant looks at an app's permissions and consents."""
    asked = {"client_id": app.client_id, "scope": cloud.graph_scope, "redirect_uri": redirect_uri, "state": state}
    return f"{cloud.authority_for_browser}/{tenant}/v2.0/adminconsent?{urlencode(asked)}"


def redeem(cloud: Cloud, app: App, code: str, proof: Proof, redirect_uri: str) -> Identity:
    """The identity behind a code; Refused by the token table, Later when Microsoft does not answer."""
    try:
        given = client(cloud, app, "organizations").acquire_token_by_authorization_code(
            code, scopes=["User.Read"], redirect_uri=redirect_uri, nonce=proof.nonce,
            data={"code_verifier": proof.verifier},
        )  # fmt: skip
    except (requests.RequestException, MsalServiceError) as error:
        raise _silent() from error
    except ValueError as error:
        raise Broken("Microsoft's answer does not belong to this sign-in.", code="nonce") from error
    if "id_token_claims" not in given:
        raise of_token(given)
    claims: dict[str, Any] = given["id_token_claims"]
    return Identity(
        claims["tid"], claims["oid"], str(claims.get("preferred_username", "")), str(claims.get("name", "")),
        tuple(claims.get("wids", ())), str(given["access_token"]),
    )  # fmt: skip


def nationality(cloud: Cloud, tenant: str) -> str:
    """`tenant_region_sub_scope` of the tenant's metadata: empty for commercial, else GCC, DODCON or DOD."""
    if not _GUID.fullmatch(tenant):
        raise Broken("That is no tenant id.", code="tenant")
    found = _json(cloud, f"{cloud.authority_host}/{tenant}/v2.0/.well-known/openid-configuration", "")
    return str(found.get("tenant_region_sub_scope") or "")


def is_global_administrator(cloud: Cloud, who: Identity) -> bool:
    """By the `wids` claim, else by asking Graph for the person's directory roles."""
    if GLOBAL_ADMINISTRATOR in who.wids:
        return True
    path = "/v1.0/me/transitiveMemberOf/microsoft.graph.directoryRole"
    roles = _json(cloud, f"{cloud.graph_base}{path}", who.access_token)["value"]
    return any(role.get("roleTemplateId") == GLOBAL_ADMINISTRATOR for role in roles)


def has_sharepoint(cloud: Cloud, who: Identity) -> bool:
    """Whether the person holds an enabled SharePoint Online plan."""
    details = _json(cloud, f"{cloud.graph_base}/v1.0/me/licenseDetails", who.access_token)["value"]
    return any(
        plan.get("servicePlanName", "").startswith(SHAREPOINT) and plan.get("provisioningStatus") == "Success"
        for detail in details for plan in detail.get("servicePlans", ())
    )  # fmt: skip


def _json(cloud: Cloud, url: str, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = Session(cloud).get(url, headers=headers, allow_redirects=False)
    except requests.RequestException as error:
        raise _silent() from error
    if answer.status_code != 200:
        raise of_graph(answer.status_code, answer.headers, answer.content, "User.Read")
    try:
        found: dict[str, Any] = msgspec.json.decode(answer.content)
    except msgspec.DecodeError as error:
        raise _silent() from error
    return found


def _silent() -> Later:
    return Later(_("Microsoft did not answer. Try again in a few minutes."), seconds=10, code="unavailable")
