"""App tokens by unmodified msal, kept per cloud, app and tenant."""

from __future__ import annotations

import base64
import threading
from typing import Any

import msal
import msgspec
import requests
from msal.exceptions import MsalServiceError

from tenantry.engines.cloud.apps import App
from tenantry.engines.cloud.clouds import Cloud
from tenantry.engines.cloud.problems import of_token
from tenantry.kernel.errors import Later

SECONDS = 10
LARGEST_BODY = 4 << 20
_clients: dict[tuple[str, str, str, str], Any] = {}
_lock = threading.Lock()


class Session(requests.Session):
    """A session that trusts the cloud's own CA alone, whatever the environment says, and never waits for ever."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = cloud.ca_file or True

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Every request ends after ten seconds without a byte, and no answer is longer than it may be."""
        response = super().request(*args, **{**kwargs, "timeout": SECONDS, "stream": True})
        body = response.raw.read(LARGEST_BODY + 1, decode_content=True)
        if len(body) > LARGEST_BODY:
            raise requests.exceptions.ContentDecodingError("The answer is too long.")
        response._content = body
        return response


def client(cloud: Cloud, app: App, tenant: str) -> Any:
    """msal's client of an app at a tenant; it keeps its tokens."""
    key = (cloud.authority_host, app.client_id, app.secret, tenant)
    with _lock:
        if key not in _clients:
            _clients[key] = msal.ConfidentialClientApplication(
                app.client_id, client_credential=app.credential, authority=f"{cloud.authority_host}/{tenant}",
                instance_discovery=cloud.instance_discovery, http_client=Session(cloud), client_capabilities=["CP1"],
            )  # fmt: skip
        return _clients[key]


def app_token(cloud: Cloud, app: App, tenant: str, *, fresh: bool = False) -> str:
    """A token for Graph; `fresh` asks anew whatever is kept. Refused (no_consent ...) or Later by the table."""
    if fresh:
        forget(cloud, app, tenant)
    try:
        given = client(cloud, app, tenant).acquire_token_for_client([cloud.graph_scope])
    except (requests.RequestException, MsalServiceError, ValueError) as error:
        forget(cloud, app, tenant)
        raise Later("Microsoft's sign-in did not answer.", seconds=5, code="unavailable") from error
    if "access_token" not in given:
        raise of_token(given)
    return str(given["access_token"])


def roles(token: str) -> frozenset[str]:
    """The application permissions that an app token of ours names; Microsoft's own services check its signature."""
    body = token.split(".")[1]
    claims: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return frozenset(claims.get("roles", ()))


def forget(cloud: Cloud, app: App, tenant: str) -> None:
    """Drop what is kept for an app at a tenant."""
    with _lock:
        _clients.pop((cloud.authority_host, app.client_id, app.secret, tenant), None)
