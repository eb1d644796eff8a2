"""A caller that hands requests to the Graph handler directly, with claims of its own making."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from simulator import graph
from simulator.cloud import Cloud
from simulator.faults import Faults
from simulator.identity.keys import Keys
from simulator.identity.tokens import Claims
from simulator.notifications import kept
from simulator.store import Store
from simulator.wire import Answer, Request
from simulator.world import load

ROLES = ("Directory.Read.All", "Directory.ReadWrite.All", "User.ReadWrite.All", "Group.ReadWrite.All",
         "User.DeleteRestore.All", "AuditLog.Read.All", "LicenseAssignment.Read.All", "GroupMember.Read.All",
         "GroupMember.ReadWrite.All", "Organization.Read.All", "Domain.Read.All", "User.Read.All")  # fmt: skip
EVENTUAL = {"consistencylevel": "eventual"}


def cloud_in(folder: Path, world: str = "tiny", seed: int = 1) -> Cloud:
    """A cloud as a worker holds it; the second one of a folder is the first after a restart."""
    store = Store(folder / "overlay")
    return Cloud(load(world, seed, store), store, Keys(folder), Faults(store), folder)


def subscribed(caller: Caller) -> str:
    """The id of a subscription of the caller's, for a day, that nobody was asked about."""
    name, now = str(uuid.uuid4()), caller.cloud.world.now().timestamp()
    kept.keep(caller.cloud.store, kept.Subscription(
        id=name, tenant=caller.tenant.id, app="app-1", creator="app-1", resource="users", entity="users", object_id="",
        changes="updated", url="https://localhost/", lifecycle_url="", client_state="", expires=now + 86_400, told=0,
    ))  # fmt: skip
    return name


class Caller:
    """An app in one tenant."""

    def __init__(self, cloud: Cloud, domain: str = "contoso.example", roles: tuple[str, ...] = ROLES) -> None:
        self.cloud, self.roles = cloud, roles
        self.tenant = cloud.world.tenant(domain)

    def claims(self, **wish: object) -> Claims:
        """Claims of an app token, or as wished."""
        known = {"tid": self.tenant.id, "appid": "app-1", "oid": "app-1", "roles": self.roles, "scp": (), "upn": "",
                 "app_only": True, "issued_at": time.time(), "cp1": False}  # fmt: skip
        return Claims(**(known | wish))

    def send(self, method: str, path: str, body: object = None, claims: Claims | None = None, **headers: str) -> Answer:
        """Any call; the path may hold a query, and may be a whole address."""
        found = urlsplit(path)
        raw = found.path if found.path.startswith(("/v1.0/", "/beta/")) else f"/v1.0{found.path}"
        asked = dict(parse_qsl(found.query, keep_blank_values=True))
        sent = msgspec.json.encode(body) if body is not None else b""
        request = Request(method, raw, asked, headers, sent, "localhost:18443")
        return asyncio.run(graph.handle(request, claims or self.claims(), self.cloud))

    def get(self, path: str, **headers: str) -> dict:
        """The body of an answer that must be 200."""
        answer = self.send("GET", path, **headers)
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body)

    def all(self, path: str, **headers: str) -> list[dict]:
        """Every object of a collection, over all its pages."""
        found, following = [], path
        while following:
            page = self.get(following, **headers)
            found += page["value"]
            following = page.get("@odata.nextLink")
        return found

    def refused(self, path: str, method: str = "GET", body: object = None, **headers: str) -> tuple[int, str]:
        """Status and code of an answer that must be an error."""
        answer = self.send(method, path, body, **headers)
        assert answer.status >= 400, answer.body
        return answer.status, msgspec.json.decode(answer.body)["error"]["code"]

    def delta(self, address: str) -> tuple[list[dict], str]:
        """Everything that a delta run tells, and the link for the next."""
        found = []
        while True:
            page = self.get(address)
            found += page["value"]
            if "@odata.deltaLink" in page:
                return found, page["@odata.deltaLink"]
            address = page["@odata.nextLink"]
