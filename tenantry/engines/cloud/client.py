"""A thin asynchronous Graph client: pages of raw objects, each with its id and hash, the JSON kept as it came."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import aiohttp
import msgspec

from tenantry.engines.cloud.apps import App
from tenantry.engines.cloud.budget import LOCAL, Budgets, Key, says_something
from tenantry.engines.cloud.clouds import Cloud
from tenantry.engines.cloud.problems import of_graph
from tenantry.engines.cloud.tokens import app_token, forget
from tenantry.kernel.errors import Broken, Later, Problem

LARGEST_BODY = 64 << 20
_LINKS = frozenset({"members@delta", "owners@delta"})
ATTEMPTS = 3
BREATH = 0.2
PATIENCE = 5.0
"""Seconds that a call waits for its budget; for longer the caller is told to come again later."""
LOST = (aiohttp.ClientError, TimeoutError, OSError)
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
    value: list[msgspec.Raw] | None = None
    next: str | None = msgspec.field(name="@odata.nextLink", default=None)
    delta: str | None = msgspec.field(name="@odata.deltaLink", default=None)


class Reply(NamedTuple):
    """An answer as it came, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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

    def __init__(self, cloud: Cloud, app: App, tenant: str, *, service: str = "ID", interactive: bool = False,
                 budgets: Budgets = LOCAL, users: int = 0) -> None:  # fmt: skip
        self.cloud, self.app, self.tenant, self.service, self.interactive = cloud, app, tenant, service, interactive
        self.budgets, self.users = budgets, users
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
        return page_of(await self._get(address, permission, {"Prefer": f"odata.maxpagesize={size}"}))

    async def count(self, path: str, permission: str) -> int:
        """How many objects a collection has, as Graph counts them."""
        return count_of(await self._get(path, permission, {"ConsistencyLevel": "eventual"}))

    async def _get(self, address: str, permission: str, headers: dict[str, str]) -> bytes:
        """The body of a successful answer; a lost or cut one is asked for three times, a stale token replaced once."""
        url, fresh = self.checked(address), False
        await self.bearer()
        for attempt in range(ATTEMPTS):
            await self._afford()
            try:
                reply = await self.ask("GET", url, headers, fresh=fresh)
            except LOST as error:
                if attempt + 1 == ATTEMPTS:
                    raise silence() from error
                await asyncio.sleep(BREATH * (attempt + 1))
                continue
            if reply.status == 200 and _is_json(reply):
                return reply.body
            if reply.status == 401 and not fresh:
                fresh = True
                continue
            self._refuse(reply, permission, last=attempt + 1 == ATTEMPTS)
        raise Broken("Microsoft's answer is not what it should be.", code="unavailable")

    def _refuse(self, reply: Reply, permission: str, *, last: bool) -> None:
        """Raise what an answer means; a wrong or cut body may be asked for again."""
        if reply.status == 200:
            if last:
                raise Broken("Microsoft's answer is not what it should be.", code="unavailable")
            return
        problem = self.meaning(reply, permission, self.service)
        if isinstance(problem, Later) and problem.code != "throttled" and reply.status != 503 and not last:
            return
        raise problem

    def meaning(self, reply: Reply, permission: str, service: str) -> Problem:
        """What an answer other than success means; a pause holds for all who share the budget."""
        problem = of_graph(reply.status, reply.headers, reply.body, permission)
        if problem.code == "no_permission":
            forget(self.cloud, self.app, self.tenant)  # its roles are those of its hour: the next call asks anew
        if isinstance(problem, Later) and problem.code == "throttled":
            self.budgets.block(self.key(service), problem.seconds)
        return problem

    async def ask(
        self, method: str, url: str, headers: dict[str, str], *, body: bytes | None = None, fresh: bool = False
    ) -> Reply:
        """One exchange, with a token; whatever is answered is a reply."""
        if self._session is None:
            raise Broken("The client is not open.")
        token = await self.bearer(fresh=fresh)
        sent = {**headers, "Authorization": f"Bearer {token}"}
        async with self._session.request(method, url, headers=sent, data=body, allow_redirects=False) as response:
            found = bytearray()
            async for part in response.content.iter_chunked(1 << 16):
                found += part
                if len(found) > LARGEST_BODY:
                    raise Broken("Microsoft's answer is too large.", code="unavailable")
            reply = Reply(response.status, response.headers, bytes(found))
        await self.learn(self.service, reply)
        return reply

    async def bearer(self, *, fresh: bool = False) -> str:
        """The token. Had before the budget is asked: a call that is paid for goes at once, or the pace is lost."""
        return await asyncio.to_thread(app_token, self.cloud, self.app, self.tenant, fresh=fresh)

    async def learn(self, service: str, reply: Reply) -> None:
        """Let a service's budget know what an answer says of it; most say nothing."""
        if says_something(reply.headers):
            await asyncio.to_thread(self.budgets.learn, self.key(service), reply.headers)

    async def pause(self, service: str) -> float:
        """Seconds to wait before a call to a service may go; 0 takes it from the budget."""
        return await asyncio.to_thread(self.budgets.wait_for, self.key(service), interactive=self.interactive)

    async def _afford(self) -> None:
        while (pause := await self.pause(self.service)) > 0:
            if pause > PATIENCE:
                raise too_busy(pause)
            await asyncio.sleep(pause)

    def key(self, service: str) -> Key:
        """The budget of this app and tenant at a service."""
        return Key(self.app.client_id, self.tenant, service, self.users)

    def checked(self, address: str) -> str:
        """A path under v1.0, or an address of this very Graph; a token never goes anywhere else."""
        if address.startswith("/"):
            return f"{self.cloud.graph_base}/v1.0{address}"
        given, ours = urlsplit(address), urlsplit(self.cloud.graph_base)
        if (given.scheme, given.netloc) != (ours.scheme, ours.netloc):
            raise Broken("An address leads outside of Microsoft's cloud.", code="foreign_address")
        return address


def silence() -> Later:
    """No answer came, or half of one."""
    return Later("Microsoft did not answer.", seconds=5, code="unavailable")


def too_busy(seconds: float) -> Later:
    """The budget has nothing left for longer than a call may wait."""
    return Later("Microsoft asked us to wait.", seconds=seconds, code="throttled", asked=True)


def page_of(body: bytes) -> Page:
    """A page from its JSON, of one object where that is what was asked for; Broken for anything else."""
    try:
        answer = msgspec.json.decode(body, type=_Body)
        objects = [found(bytes(raw)) for raw in answer.value or ()]
        if answer.value is None:
            objects = [_alone(body)]
    except msgspec.DecodeError as error:
        raise Broken("Microsoft's answer is not what it should be.", code="unavailable") from error
    return Page(objects, answer.next, answer.delta)


def count_of(body: bytes) -> int:
    """A count from its text; Broken for anything else."""
    text = body.decode("utf-8-sig", "replace").strip().strip('"')
    if not text.isdigit():
        raise Broken("Microsoft's answer is not a count.", code="unavailable")
    return int(text)


def _is_json(reply: Reply) -> bool:
    kind = reply.headers.get("Content-Type", "")
    return kind.startswith("text/plain") or (kind.startswith("application/json") and reply.body.rstrip().endswith(b"}"))


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


def _alone(body: bytes) -> Found:
    """The object that an answer is, without what is said of the answer; DecodeError for one without an id."""
    plain = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    if "id" not in plain:
        raise msgspec.DecodeError("The answer is neither a list nor an object.")
    return found(msgspec.json.encode({name: value for name, value in plain.items() if name != "@odata.context"}))


def _links(relation: str, refs: list[_Ref] | None) -> Iterator[Link]:
    for one in refs or ():
        yield Link(relation, one.id, one.type.rpartition(".")[2], one.removed is not None)


def _hash(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
