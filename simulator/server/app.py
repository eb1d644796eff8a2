"""The ASGI application of each port: reads a request whole, asks the handler, sends the answer, faults included."""

from __future__ import annotations

import asyncio
import socket
import struct
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from simulator import admin, graph
from simulator.cloud import Cloud
from simulator.counting import count
from simulator.faults import alter, instead, lag
from simulator.identity import routes, tokens
from simulator.wire import Answer, Request, error

LARGEST_BODY = 4 << 20
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Port:
    """One of the three ports: `cloud`, `browser` or `admin`."""

    def __init__(self, name: str, cloud: Callable[[], Cloud]) -> None:
        self.name, self._cloud = name, cloud

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = await _read(scope, receive)
        answer = error(413, "RequestEntityTooLarge", "Too large.") if request is None else await self._answer(request)
        await _send(scope, send, answer, request)

    async def _answer(self, request: Request) -> Answer:
        cloud = self._cloud()
        if self.name == "admin":
            return admin.answer(request, cloud) if request.path.startswith("/__sim/") else _nothing()
        if self.name == "browser":
            return routes.page(request, cloud) or _nothing()
        if request.path.startswith(("/v1.0/", "/beta/")):
            return await _graph(request, cloud)
        return _login(request, cloud)


async def _graph(request: Request, cloud: Cloud) -> Answer:
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    claims = tokens.verify(token, tokens.GRAPH, cloud) if scheme.lower() == "bearer" else None
    tenant, app = (claims.tid, claims.appid) if claims else ("", "")
    rule = cloud.faults.find("graph", request, tenant, app)
    answer = instead(rule, request) if rule else None
    if answer is None:
        seen = cloud.lagging(lag(rule)) if rule and lag(rule) else cloud
        answer = await graph.handle(request, claims, seen)
        answer = alter(rule, answer, request) if rule else answer
    count(cloud.store, "graph", tenant, request, answer)
    return answer


def _login(request: Request, cloud: Cloud) -> Answer:
    answer = routes.answer(request, cloud) or _nothing()
    tenant = cloud.world.tenant(request.path.split("/")[1])
    count(cloud.store, "login", tenant.id if tenant else "", request, answer)
    return answer


def _nothing() -> Answer:
    return error(404, "NotFound", "There is nothing at this address.")


async def _read(scope: dict[str, Any], receive: Receive) -> Request | None:
    parts, size = [], 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query: dict[str, str] = {}
    for name, value in parse_qsl(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True):
        query.setdefault(name, value)
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    return Request(scope["method"], path, query, headers, b"".join(parts), headers.get("host", "localhost"),
                   scope["scheme"], scope.get("transport"))  # fmt: skip


async def _send(scope: dict[str, Any], send: Send, answer: Answer, request: Request | None) -> None:
    if answer.wait:
        await asyncio.sleep(answer.wait)
    if answer.reset and answer.cut is None:
        _break(scope)
        return
    own = {"content-length": str(len(answer.body)), "request-id": str(uuid.uuid4()),
           "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"Simulated"}}'}  # fmt: skip
    if request is not None and "client-request-id" in request.headers:
        own["client-request-id"] = request.headers["client-request-id"]
    headers = [(name.encode(), value.encode("latin-1")) for name, value in {**own, **answer.headers}.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.wait_in_body:
        await send({"type": "http.response.body", "body": answer.body[:1], "more_body": True})
        await asyncio.sleep(answer.wait_in_body)
        await send({"type": "http.response.body", "body": answer.body[1:]})
        return
    if answer.cut is not None:
        await send({"type": "http.response.body", "body": answer.body[: answer.cut], "more_body": True})
        await asyncio.sleep(0.05)
        _break(scope, hard=answer.reset)
        return
    await send({"type": "http.response.body", "body": answer.body})


def _break(scope: dict[str, Any], *, hard: bool = True) -> None:
    """End the connection where it is: with a reset, or as if the other side had gone."""
    transport = scope["transport"]
    raw = transport.get_extra_info("socket")
    if hard and raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
