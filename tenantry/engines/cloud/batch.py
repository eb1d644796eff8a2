"""Up to twenty calls in one request: each is paid for, answered and repeated for itself.

The outer 200 says only that the batch was understood. What became of a call is a reply or a problem of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from multidict import CIMultiDict

from tenantry.engines.cloud import client
from tenantry.engines.cloud.client import ATTEMPTS, LOST, PATIENCE, Graph, Page, Reply, page_of, silence, too_busy
from tenantry.kernel.errors import Broken, Later, Problem, Refused

MOST = 20
Outcome = Reply | Problem


@dataclass(frozen=True)
class Call:
    """One call of a batch: a path of v1.0 or an address that Graph gave; `after` names earlier calls that it needs."""

    address: str
    permission: str
    service: str = "ID"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    after: tuple[str, ...] = ()


class _Response(msgspec.Struct):
    id: str
    status: int
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class _Responses(msgspec.Struct):
    responses: list[_Response]


async def send(graph: Graph, calls: Mapping[str, Call]) -> dict[str, Outcome]:
    """What became of each call, by its name; a call that has to wait longer than five seconds is a `Later`.

    Only what was throttled or lost is repeated, each after its own pause, and a write never: it may have happened.
    Raises for what concerns all of them: no token, a call that leads outside of Microsoft's cloud.
    """
    return await _Batch(graph, calls).run()


async def pages(graph: Graph, calls: Mapping[str, Call]) -> dict[str, Page | Problem]:
    """The page that each call leads to, or why there is none."""
    return {name: _page(outcome) for name, outcome in (await send(graph, calls)).items()}


def _page(outcome: Outcome) -> Page | Problem:
    try:
        return page_of(outcome.body) if isinstance(outcome, Reply) else outcome
    except Broken as problem:
        return problem


class _Batch:
    """The calls of one `send`, and how far each is."""

    def __init__(self, graph: Graph, calls: Mapping[str, Call]) -> None:
        self._graph, self._calls = graph, calls
        _check_order(calls)
        self._urls = {name: self._relative(call.address) for name, call in calls.items()}
        self._told: dict[str, Outcome] = {}
        self._due = dict.fromkeys(calls, 0.0)
        self._tries = dict.fromkeys(calls, 0)
        self._fresh = False

    async def run(self) -> dict[str, Outcome]:
        """Send rounds of what may go until each call is told."""
        await self._graph.bearer()
        while self._open():
            if chosen := await self._ready():
                await self._round(chosen)
            elif waiting := [self._due[name] for name in self._open() if self._due[name] > _now()]:
                await asyncio.sleep(min(waiting) - _now())
        return self._told

    def _open(self) -> list[str]:
        return [name for name in self._calls if name not in self._told]

    async def _ready(self) -> list[str]:
        """The calls of the next round: due, with what they need, and paid for."""
        chosen: list[str] = []
        for name in self._open():
            needs = self._calls[name].after
            if any(isinstance(self._told.get(other), Problem) for other in needs):
                self._told[name] = Refused("A call that this one needs has failed.", code="dependency")
            elif self._due[name] <= _now() and all(self._is_met(other, chosen) for other in needs):
                chosen += [name] if len(chosen) < MOST and await self._paid(name) else []
        return chosen

    def _is_met(self, name: str, chosen: list[str]) -> bool:
        return name in chosen or isinstance(self._told.get(name), Reply)

    async def _paid(self, name: str) -> bool:
        pause = await self._graph.pause(self._calls[name].service)
        if pause > PATIENCE:
            self._told[name] = too_busy(pause)
        self._due[name] = _now() + pause
        return pause <= 0

    async def _round(self, chosen: list[str]) -> None:
        body = msgspec.json.encode({"requests": [self._item(name, chosen) for name in chosen]})
        url, kind = self._graph.checked("/$batch"), {"Content-Type": "application/json"}
        fresh, self._fresh = self._fresh, False
        try:
            outer = await self._graph.ask("POST", url, kind, body=body, fresh=fresh)
        except LOST:
            outer = None
        answers = _opened(outer, chosen)
        for name in chosen:
            await self._settle(name, answers.get(name))

    def _item(self, name: str, chosen: list[str]) -> dict[str, Any]:
        call = self._calls[name]
        item: dict[str, Any] = {"id": name, "method": call.method, "url": self._urls[name]}
        headers = dict(call.headers)
        if call.body is not None:
            item["body"], headers = call.body, {"Content-Type": "application/json"} | headers
        after = [other for other in call.after if other in chosen]
        return item | ({"headers": headers} if headers else {}) | ({"dependsOn": after} if after else {})

    async def _settle(self, name: str, reply: Reply | None) -> None:
        """Tell what became of a call, or when it goes once more."""
        call = self._calls[name]
        if reply is not None and reply.status == 424 and call.after:
            return  # what it needs is repeated, and so is it, or has failed, and it is told so
        self._tries[name] += 1
        again = self._tries[name] < ATTEMPTS
        if reply is None:
            self._lost(name, again=again and call.method == "GET")
            return
        await self._graph.learn(call.service, reply)
        if reply.status < 400:
            self._told[name] = reply
        elif reply.status == 401 and self._tries[name] == 1:
            self._fresh = True
        else:
            self._failed(name, self._graph.meaning(reply, call.permission, call.service), again=again)

    def _failed(self, name: str, problem: Problem, *, again: bool) -> None:
        throttled = problem.code == "throttled"
        may = again and isinstance(problem, Later) and (throttled or self._calls[name].method == "GET")
        if not isinstance(problem, Later) or not may or problem.seconds > PATIENCE:
            self._told[name] = problem
        elif throttled or problem.values.get("asked"):
            self._due[name] = _now() + problem.seconds
        else:
            self._due[name] = _now() + client.BREATH * self._tries[name]

    def _lost(self, name: str, *, again: bool) -> None:
        self._due[name] = _now() + client.BREATH * self._tries[name]
        if not again:
            self._told[name] = silence()

    def _relative(self, address: str) -> str:
        """A path under v1.0, which is what a batch takes."""
        base = self._graph.checked("/").removesuffix("/")
        url = self._graph.checked(address)
        if not url.startswith(f"{base}/"):
            raise Broken("An address leads outside of Microsoft's cloud.", code="foreign_address")
        return url.removeprefix(base)


def _check_order(calls: Mapping[str, Call]) -> None:
    earlier: set[str] = set()
    for name, call in calls.items():
        if not earlier.issuperset(call.after):
            raise Broken("A call of a batch needs one that does not stand before it.")
        earlier.add(name)


def _opened(outer: Reply | None, chosen: list[str]) -> dict[str, Reply]:
    """The answer of each call; where the batch itself was refused each has that answer, a cut one has none."""
    if outer is None or outer.status == 200:
        return _parts(outer.body) if outer else {}
    return dict.fromkeys(chosen, outer)


def _parts(body: bytes) -> dict[str, Reply]:
    try:
        found = msgspec.json.decode(body, type=_Responses).responses
    except msgspec.DecodeError:
        return {}
    return {one.id: Reply(one.status, CIMultiDict(one.headers), _plain(one.body)) for one in found}


def _plain(body: msgspec.Raw) -> bytes:
    """A body that is no JSON object comes as a string."""
    raw = bytes(body)
    return msgspec.json.decode(raw, type=str).encode() if raw.startswith(b'"') else raw


def _now() -> float:
    return asyncio.get_running_loop().time()
