"""The simulated Microsoft cloud's admin side, as a person with its key uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from tenantry.kernel.errors import Broken

TAKEN_BACK = "AuditLog.Read.All"
THROTTLE = {"kind": "throttle", "rate": 1.0, "params": {"retry_after": 20}}


@dataclass(frozen=True)
class Microsoft:
    """Where the admin side answers, and its key."""

    address: str
    key: str

    @classmethod
    def here(cls) -> Microsoft:
        """The one whose data folder the settings name."""
        folder = Path(settings.SIMULATOR_DATA)
        ports = json.loads((folder / "ports.json").read_text())
        return cls(f"http://127.0.0.1:{ports['admin']}/__sim", (folder / "admin.key").read_text())

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """An admin call; Broken when it is refused."""
        session = requests.Session()
        session.trust_env = False
        answer = session.request(
            method, f"{self.address}{path}", json=value, headers={"X-Sim-Key": self.key}, timeout=20
        )
        if answer.status_code >= 400:
            raise Broken("The simulated cloud refused {path}: {text}", path=path, text=answer.text)
        return answer.json() if answer.content else None

    def tenants(self) -> list[dict[str, Any]]:
        """Every tenant with who can sign in there."""
        found: list[dict[str, Any]] = self.call("GET", "/world")["tenants"]
        return found

    def withdraw(self, domain: str) -> None:
        """What an administrator there does who removes our apps."""
        self.call("DELETE", "/consent", {"tenant": domain, "client_id": None})

    def reduce(self, domain: str) -> None:
        """What an administrator there does who takes one permission back."""
        self.call("POST", "/consent/reduce", {"tenant": domain, "client_id": None, "remove": [TAKEN_BACK]})

    def throttle(self, tenant: str) -> None:
        """Let Microsoft ask for patience at every call to this tenant, until the simulator stops."""
        self.call("POST", "/faults", {**THROTTLE, "match": {"tenant": tenant}})


def register_apps() -> None:
    """Register the deployment's apps at the simulated cloud, once for each data folder and address."""
    from tenantry.engines.cloud import apps
    from tenantry.engines.inventory import catalogue

    microsoft, answer = Microsoft.here(), f"{settings.PUBLIC_URL}/connect/microsoft"
    wishes = {
        apps.SIGN_IN: {"display_name": "Tenantry sign-in", "scopes": ["openid", "profile", "User.Read"]},
        apps.INSIGHT: {"display_name": "Tenantry Insight", "roles": [wish.name for wish in catalogue.INSIGHT]},
    }
    for name, wish in wishes.items():
        if not apps.is_registered(name):
            made = microsoft.call("POST", "/apps", {**wish, "redirect_uris": [answer]})
            apps.keep(name, made["client_id"], made["client_secret"])
