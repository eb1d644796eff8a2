"""For tests: a simulator in a process of its own on free ports, and a client of its admin side."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

PATIENCE = 20.0


class Admin:
    """The admin side's calls."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Sim-Key"] = key

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """Any admin call; raises for a refusal."""
        response = self.session.request(method, f"{self.address}/__sim{path}", json=value, timeout=20)
        if response.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None

    def world(self) -> list[dict[str, Any]]:
        """The tenants with their cast and passwords."""
        found: list[dict[str, Any]] = self.call("GET", "/world")["tenants"]
        return found

    def tenant(self, domain: str) -> dict[str, Any]:
        """The tenant of a default domain."""
        return next(tenant for tenant in self.world() if tenant["default_domain"] == domain)

    def app(self, display_name: str, **wish: Any) -> tuple[str, str]:
        """Register an app; returns client id and secret."""
        made = self.call("POST", "/apps", {"display_name": display_name, **wish})
        return made["client_id"], made["client_secret"]

    def consent(self, tenant: str, client_id: str, **wish: Any) -> None:
        """Consent to an app in a tenant."""
        self.call("POST", "/consent", {"tenant": tenant, "client_id": client_id, **wish})

    def withdraw(self, tenant: str, client_id: str | None = None) -> None:
        """Remove the service principal of an app, or of all."""
        self.call("DELETE", "/consent", {"tenant": tenant, "client_id": client_id})

    def reduce(self, tenant: str, client_id: str | None, *roles: str) -> None:
        """Take permissions back, from one app or from all."""
        self.call("POST", "/consent/reduce", {"tenant": tenant, "client_id": client_id, "remove": list(roles)})

    def disable(self, tenant: str, client_id: str) -> None:
        """Disable the service principal."""
        self.call("POST", "/consent/disable", {"tenant": tenant, "client_id": client_id})

    def mutate(self, tenant: str, kind: str, action: str, match: str = "", **values: Any) -> dict[str, Any]:
        """Change a tenant behind everybody's back."""
        wish = {"kind": kind, "action": action, "match": match, "values": values}
        made: dict[str, Any] = self.call("POST", f"/tenants/{tenant}/mutate", wish)
        return made

    def churn(self, tenant: str, times: int) -> list[str]:
        """Change so many users."""
        found: list[str] = self.call("POST", f"/tenants/{tenant}/churn", {"n": times})["touched"]
        return found

    def fault(self, kind: str, **rule: Any) -> str:
        """Put a fault in force."""
        return str(self.call("POST", "/faults", {"kind": kind, **rule})["id"])

    def clear_faults(self, name: str = "") -> None:
        """Take faults away."""
        self.call("DELETE", f"/faults?id={name}")

    def limits(self, *, on: bool, tenant: str = "") -> None:
        """Keep Microsoft's limits, or no longer: for one tenant, or for all that have no word of their own."""
        if tenant:
            self.call("PATCH", f"/tenants/{tenant}", {"throttle": on})
        else:
            self.call("POST", "/limits", {"on": on})

    def advance(self, seconds: float) -> None:
        """Move the world clock."""
        self.call("POST", "/clock", {"advance": seconds})

    def freeze(self, *, frozen: bool = True) -> None:
        """Stop the world clock, or let it run on."""
        self.call("POST", "/clock", {"freeze": frozen})

    def expire(self, sort: str, why: str = "") -> None:
        """End all tokens of a sort (`access`, `refresh`, `code`, `device`) that were issued until now."""
        self.call("POST", "/tokens/expire", {"sort": sort, "why": why})

    def rotate(self) -> str:
        """Sign with a new key from now on; returns its id."""
        return str(self.call("POST", "/keys/rotate")["kid"])

    def counters(self) -> dict[str, int]:
        """Graph requests by tenant id."""
        found: dict[str, int] = self.call("GET", "/counters")
        return found

    def reset(self) -> None:
        """Return to the seed; apps and consents are forgotten too."""
        self.call("POST", "/reset")

    def subscriptions(self) -> list[dict[str, Any]]:
        """Who is told of changes, with how often telling failed."""
        found: list[dict[str, Any]] = self.call("GET", "/subscriptions")["value"]
        return found

    def flush(self) -> int:
        """Try at once what waits for another try; returns how many subscriptions do."""
        return int(self.call("POST", "/notifications/flush")["waiting"])

    def lifecycle(self, tenant: str, event: str) -> None:
        """Tell a tenant's subscriptions reauthorizationRequired, subscriptionRemoved or missed."""
        self.call("POST", "/notifications/lifecycle", {"tenant": tenant, "event": event})

    def requests(self) -> list[dict[str, Any]]:
        """Requests to Graph and to the sign-in by part, tenant, method, path and status."""
        found: list[dict[str, Any]] = self.call("GET", "/requests")["value"]
        return found


@dataclass
class Running:
    """A simulator that runs."""

    folder: Path
    process: subprocess.Popen[bytes]
    ports: dict[str, int]
    admin: Admin

    @property
    def cloud_url(self) -> str:
        """The cloud port."""
        return f"https://localhost:{self.ports['cloud']}"

    @property
    def browser_url(self) -> str:
        """The browser port."""
        return f"http://localhost:{self.ports['browser']}"

    @property
    def admin_url(self) -> str:
        """The admin port."""
        return f"http://127.0.0.1:{self.ports['admin']}"

    @property
    def ca(self) -> str:
        """The CA's certificate file."""
        return str(self.folder / "ca.pem")

    @property
    def key(self) -> str:
        """The key of the admin side."""
        return (self.folder / "admin.key").read_text()

    def stop(self) -> None:
        """Stop it cleanly."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """Kill it where it stands."""
        self.process.kill()
        self.process.wait()


def start(
    world: str = "tiny", *, data: Path, seed: int = 1, ports: dict[str, int] | None = None, workers: int = 1,
    python: str = sys.executable,
) -> Running:  # fmt: skip
    """Start a simulator and wait until it answers; another Python may run it than the caller's."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "ports.json").unlink(missing_ok=True)
    chosen = ports or {"cloud": 0, "browser": 0, "admin": 0}
    command = [python, "-m", "simulator.cli", "serve", "--data", str(data), "--world", world, "--seed",
               str(seed), "--workers", str(workers), "--port", str(chosen["cloud"]), "--browser-port",
               str(chosen["browser"]), "--admin-port", str(chosen["admin"])]  # fmt: skip
    with (data / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    deadline = time.monotonic() + PATIENCE
    while not (data / "ports.json").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((data / "log").read_text()[-2000:])
        time.sleep(0.02)
    known = json.loads((data / "ports.json").read_text())
    return attach(data, process, known)


def attach(data: Path, process: subprocess.Popen[bytes], known: dict[str, int]) -> Running:
    """The face of a simulator whose ports are known."""
    key = (data / "admin.key").read_text()
    return Running(data, process, known, Admin(f"http://127.0.0.1:{known['admin']}", key))
