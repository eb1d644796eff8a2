"""A thin asynchronous Graph client: pages of raw objects, each with its id and hash, the JSON kept as it came."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import aiohttp
import msgspec

from tenantry.engines.cloud.apps import App
from tenantry.engines.cloud.budget import BUDGETS
from tenantry.engines.cloud.clouds import Cloud
from tenantry.engines.cloud.problems import of_graph
from tenantry.engines.cloud.tokens import app_token, forget
from tenantry.kernel.errors import Broken, Later

LARGEST_BODY = 64 << 20
_LINKS = frozenset({"members@delta", "owners@delta"})
ATTEMPTS = 3
BREATH = 0.2
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5, sock_read=30)


class _Removed(msgspec.Struct):
    reason: str = "deleted"


class _Ref(msgspec.Struct):
    id: str
    type: str = msgspec.field(name="@odata.type", default="")
    removed: _Removed | None = msgspec.field(name="@removed", default=None)


class _Head(msgspec.Struct):
    id: str = ""
    removed: _Removed | None = msgspec.field(name="@removed", default=None)
    members: list[_Ref] | None = msgspec.field(name="members@delta", default=None)
    owners: list[_Ref] | None = msgspec.field(name="owners@delta", default=None)


class _Body(msgspec.Struct):
    value: list[msgspec.Raw]
    next: str | None = msgspec.field(name="@odata.nextLink", default=None)
    delta: str | None = msgspec.field(name="@odata.deltaLink", default=None)


class Link(NamedTuple):
    """What a delta page says of one object's relation to another: `relation` is members or owners."""

    relation: str
    id: str
    kind: str
    removed: bool


@dataclass(frozen=True)
class Found:
    """An object of a page: its id, a hash of its JSON, the JSON; `removed` when it is gone.

    `links` stand apart from the JSON. Graph repeats an object whose links do not fit one page; a repetition may be
    `bare` of everything but its id.
    """

    id: str
    hash: bytes
    body: bytes
    removed: bool
    links: tuple[Link, ...] = ()
    bare: bool = False


@dataclass(frozen=True)
class Page:
    """A page, the address of the next one, and on the last the delta token's address."""

    objects: list[Found]
    next: str | None
    delta: str | None


@functools.cache
def _public() -> ssl.SSLContext:
    """The public authorities, read once: that takes longer than most answers do, and a tenant has many kinds."""
    return ssl.create_default_context()


class Graph:
    """Graph as one app sees one tenant; `async with Graph(...) as graph`."""

    def __init__(self, cloud: Cloud, app: App, tenant: str, *, service: str = "ID", interactive: bool = False) -> None:
        self.cloud, self.app, self.tenant, self.service, self.interactive = cloud, app, tenant, service, interactive
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        file = self.cloud.ca_file
        context = ssl.create_default_context(cafile=file) if file else _public()
        connector = aiohttp.TCPConnector(ssl=context, limit=8)
        self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, trust_env=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def page(self, address: str, permission: str, *, size: int = 999) -> Page:
        """The page at a path or at an address that Graph gave us; Broken when that leads elsewhere."""
        headers = {"Prefer": f"odata.maxpagesize={size}"}
        body = await self._get(address, permission, headers)
        try:
            answer = msgspec.json.decode(body, type=_Body)
            objects = [found(bytes(raw)) for raw in answer.value]
        except msgspec.DecodeError as error:
            raise Broken("Microsoft's answer is not what it should be.", code="unavailable") from error
        return Page(objects, answer.next, answer.delta)

    async def count(self, path: str, permission: str) -> int:
        """How many objects a collection has, as Graph counts them."""
        body = await self._get(path, permission, {"ConsistencyLevel": "eventual"})
        text = body.decode("utf-8-sig", "replace").strip()
        if not text.isdigit():
            raise Broken("Microsoft's answer is not a count.", code="unavailable")
        return int(text)

    async def _get(self, address: str, permission: str, headers: dict[str, str]) -> bytes:
        """The body of a successful answer; a lost or cut one is asked for three times, a stale token replaced once."""
        url, fresh = self._checked(address), False
        for attempt in range(ATTEMPTS):
            await self._afford()
            token = await asyncio.to_thread(app_token, self.cloud, self.app, self.tenant, fresh=fresh)
            try:
                status, given, body = await self._ask(url, {**headers, "Authorization": f"Bearer {token}"})
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if attempt + 1 == ATTEMPTS:
                    raise Later("Microsoft did not answer.", seconds=5, code="unavailable") from error
                await asyncio.sleep(BREATH * (attempt + 1))
                continue
            if status == 200 and _is_json(given, body):
                return body
            if status == 401 and not fresh:
                fresh = True
                continue
            self._refuse(status, given, body, permission, last=attempt + 1 == ATTEMPTS)
        raise Broken("Microsoft's answer is not what it should be.", code="unavailable")

    def _refuse(self, status: int, given: Any, body: bytes, permission: str, *, last: bool) -> None:
        """Raise what an answer means; a wrong or cut body may be asked for again."""
        if status == 200:
            if last:
                raise Broken("Microsoft's answer is not what it should be.", code="unavailable")
            return
        problem = of_graph(status, given, body, permission)
        if problem.code == "no_permission":
            forget(self.cloud, self.app, self.tenant)  # its roles are those of its hour: the next call asks anew
        if isinstance(problem, Later):
            if problem.code == "throttled":
                BUDGETS.block(self._budget(), problem.seconds)
            elif not last and status != 503:
                return
        raise problem

    async def _ask(self, url: str, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        if self._session is None:
            raise Broken("The client is not open.")
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            body = bytearray()
            async for part in response.content.iter_chunked(1 << 16):
                body += part
                if len(body) > LARGEST_BODY:
                    raise Broken("Microsoft's answer is too large.", code="unavailable")
            return response.status, response.headers, bytes(body)

    async def _afford(self) -> None:
        while (pause := BUDGETS.wait_for(self._budget(), interactive=self.interactive)) > 0:
            if pause > 5:
                raise Later("Microsoft asked us to wait.", seconds=pause, code="throttled", asked=True)
            await asyncio.sleep(pause)

    def _budget(self) -> tuple[str, str, str]:
        return (self.app.client_id, self.tenant, self.service)

    def _checked(self, address: str) -> str:
        """A path under v1.0, or an address of this very Graph; a token never goes anywhere else."""
        if address.startswith("/"):
            return f"{self.cloud.graph_base}/v1.0{address}"
        given, ours = urlsplit(address), urlsplit(self.cloud.graph_base)
        if (given.scheme, given.netloc) != (ours.scheme, ours.netloc):
            raise Broken("An address leads outside of Microsoft's cloud.", code="foreign_address")
        return address


def _is_json(headers: Any, body: bytes) -> bool:
    kind = headers.get("Content-Type", "")
    return kind.startswith("text/plain") or (kind.startswith("application/json") and body.rstrip().endswith(b"}"))


def found(raw: bytes) -> Found:
    """An object of a page from its JSON; what it says of members and owners stands apart."""
    head = msgspec.json.decode(raw, type=_Head)
    if head.members is None and head.owners is None:
        return Found(head.id, _hash(raw), raw, head.removed is not None)
    plain = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    body = msgspec.json.encode({name: value for name, value in plain.items() if name not in _LINKS})
    bare = all(name in _LINKS or name == "id" or name.startswith("@") for name in plain)
    links = (*_links("members", head.members), *_links("owners", head.owners))
    return Found(head.id, _hash(body), body, head.removed is not None, links, bare)


def _links(relation: str, refs: list[_Ref] | None) -> Iterator[Link]:
    for one in refs or ():
        yield Link(relation, one.id, one.type.rpartition(".")[2], one.removed is not None)


def _hash(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
