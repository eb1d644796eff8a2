"""Asking Microsoft to tell changes: subscribe, renew, give up. Microsoft Graph: subscription resource type."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import msgspec

from tenantry.engines.cloud.catalogue import lifetimes
from tenantry.engines.cloud.client import LOST, PATIENCE, Graph, Reply, silence, too_busy
from tenantry.kernel import clock
from tenantry.kernel.errors import Broken, Missing

LASTS = timedelta(days=7)
"""What we ask for, where Microsoft allows it: a deployment that is gone is told nothing after a week."""
_PATH = "/subscriptions"
T = TypeVar("T")


class Subscribed(NamedTuple):
    """Microsoft tells changes until then."""

    id: str
    expires: datetime


class Wish(NamedTuple):
    """What is to be told, to whom, under which clientState; and the permission that reading it needs."""

    resource: str
    url: str
    state: str
    permission: str


class _Made(msgspec.Struct, rename="camel"):
    id: str
    expiration_date_time: datetime
    resource: str = ""
    notification_url: str = ""


class _List(msgspec.Struct):
    value: list[_Made]


async def subscribe(graph: Graph, wish: Wish) -> Subscribed:
    """A new subscription, in place of any that an answer was lost of; the receiver must be listening already."""
    known = _decoded(await _call(graph, "GET", _PATH, wish.permission), _List)
    for stray in known.value:
        if (stray.resource.strip("/"), stray.notification_url) == (wish.resource, wish.url):
            await give_up(graph, stray.id, wish.permission)
    about = lifetimes().resources[wish.resource]
    body = {"changeType": about.changes, "resource": wish.resource, "notificationUrl": wish.url,
            "lifecycleNotificationUrl": wish.url, "clientState": wish.state, "expirationDateTime": _end(wish.resource),
            "latestSupportedTlsVersion": "v1_2"}  # fmt: skip
    made = _decoded(await _call(graph, "POST", _PATH, wish.permission, body), _Made)
    return Subscribed(made.id, made.expiration_date_time)


async def renew(graph: Graph, name: str, wish: Wish) -> Subscribed:
    """A later end; Missing when Microsoft does not know the subscription."""
    body = {"expirationDateTime": _end(wish.resource)}
    made = _decoded(await _call(graph, "PATCH", f"{_PATH}/{name}", wish.permission, body), _Made)
    return Subscribed(made.id, made.expiration_date_time)


async def give_up(graph: Graph, name: str, permission: str) -> None:
    """Be told no more; nothing happens when Microsoft does not know the subscription."""
    try:
        await _call(graph, "DELETE", f"{_PATH}/{name}", permission)
    except Missing:
        return


def _end(resource: str) -> str:
    longest = timedelta(minutes=lifetimes().resources[resource].minutes) - timedelta(hours=1)
    return (clock.now() + min(LASTS, longest)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _call(graph: Graph, method: str, path: str, permission: str, body: object = None) -> bytes:
    """The body of a successful answer; a stale token is replaced once, a lost answer is not asked for again."""
    while (pause := await graph.pause(graph.service)) > 0:
        if pause > PATIENCE:
            raise too_busy(pause)
        await asyncio.sleep(pause)
    reply = await _sent(graph, method, path, body, fresh=False)
    if reply.status == 401:
        reply = await _sent(graph, method, path, body, fresh=True)
    if reply.status >= 300:
        raise graph.meaning(reply, permission, graph.service)
    return reply.body


async def _sent(graph: Graph, method: str, path: str, body: object, *, fresh: bool) -> Reply:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    data = msgspec.json.encode(body) if body is not None else None
    try:
        return await graph.ask(method, graph.checked(path), headers, body=data, fresh=fresh)
    except LOST as error:
        raise silence() from error


def _decoded(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise Broken("Microsoft's answer is not what it should be.", code="unavailable") from error
