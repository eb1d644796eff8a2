"""Up to twenty calls in one: each answered for itself, in the order of what depends on what."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from simulator.cloud import Cloud
from simulator.faults import instead
from simulator.graph.problems import GraphError
from simulator.identity.tokens import Claims
from simulator.wire import Answer, Request, error, json_answer

MOST = 20
Item = dict[str, Any]


def run(request: Request, cloud: Cloud, claims: Claims, answer: Callable[[Request], Answer]) -> Answer:
    """The answers of all items; 400 when the batch itself is not well formed."""
    items = _read(request)
    told: dict[str, Item] = {}
    for item in items:
        told[item["id"]] = _one(request, item, told, functools.partial(_answered, cloud, claims, item["id"], answer))
    return json_answer({"responses": list(told.values())})


def _answered(
    cloud: Cloud, claims: Claims, item_id: str, answer: Callable[[Request], Answer], inner: Request
) -> Answer:
    """What a fault says to an item, else its own answer."""
    rule = cloud.faults.find("batch", inner, claims.tid, claims.appid, item=item_id)
    struck = instead(rule, inner) if rule else None
    return struck or answer(inner)


def _one(request: Request, item: Item, told: dict[str, Item], answer: Callable[[Request], Answer]) -> Item:
    if any(told[other]["status"] >= 400 for other in item.get("dependsOn") or ()):
        found = error(424, "FailedDependency", "A call that this one depends on has failed.")
    else:
        try:
            found = answer(_inner(request, item))
        except GraphError as refusal:
            found = refusal.answer
    shown: Item = {"id": item["id"], "status": found.status, "headers": found.headers}
    if found.body:
        is_json = found.headers.get("content-type", "").startswith("application/json")
        shown["body"] = msgspec.Raw(found.body) if is_json else found.body.decode()
    return shown


def _read(request: Request) -> list[Item]:
    try:
        items = request.json()["requests"]
        ids = [item["id"] for item in items]
        wrong = any(not isinstance(item["url"], str) or not isinstance(item["method"], str) for item in items)
    except (ValueError, KeyError, TypeError):
        raise _malformed("Invalid batch payload format.") from None
    if wrong or not all(isinstance(one, str) for one in ids):
        raise _malformed("Invalid batch payload format.")
    if not 1 <= len(items) <= MOST:
        raise _malformed(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    if len(set(ids)) < len(ids):
        raise _malformed("Request Id values must be unique in a batch.")
    return _ordered(items)


def _ordered(items: list[Item]) -> list[Item]:
    """Each item behind those it depends on."""
    done: dict[str, Item] = {}
    waiting = list(items)
    while waiting:
        ready = [item for item in waiting if all(other in done for other in item.get("dependsOn") or ())]
        if not ready:
            raise _malformed("A dependsOn names no call of the batch, or calls depend on each other.")
        done |= {item["id"]: item for item in ready}
        waiting = [item for item in waiting if item["id"] not in done]
    return list(done.values())


def _inner(request: Request, item: Item) -> Request:
    """The call of an item; an address with host and version, as some clients send it, is cut to what follows."""
    address = item["url"].removeprefix(request.base)
    version = request.path.split("/")[1]
    address = "/" + address.removeprefix(f"/{version}").lstrip("/")
    path, _mark, search = address.partition("?")
    headers = {str(name).lower(): str(value) for name, value in (item.get("headers") or {}).items()}
    body = msgspec.json.encode(item["body"]) if "body" in item else b""
    asked = dict(parse_qsl(search, keep_blank_values=True))
    method = item["method"].upper()
    return Request(method, f"/{version}{path}", asked, headers, body, request.host, request.scheme)


def _malformed(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)
