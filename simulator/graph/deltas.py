"""Delta: everything first, then what changed since a token; tokens are self-contained and outlive a restart."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import query, tokens
from simulator.graph.collections import link
from simulator.graph.problems import GraphError, unsupported
from simulator.schema import Kind
from simulator.wire import Answer, Request, json_answer
from simulator.world import Tenant

DAYS = 7
"""How long a directory's delta token lives."""
PAGE = 200
State = dict[str, Any]


def delta(request: Request, cloud: Cloud, tenant: Tenant, entity: str) -> Answer:
    """A page of the delta of a kind; an expired token answers 410 with the address of a fresh start."""
    kind = schema.kind(entity)
    state = _state(request, cloud, tenant, kind)
    names = tuple(dict.fromkeys((*(tuple(state["select"]) or kind.chosen(())), "id")))
    if state["since"] is None:
        value, following = _everything(cloud, tenant, kind, names, state)
    else:
        value, following = _changed(cloud, tenant, entity, names, state)
    address = link(request, f"{entity}/delta")
    body: State = {"@odata.context": f"{link(request, '$metadata')}#{entity}"}
    if following is not None:
        token = tokens.seal({**state, "at": following}, cloud.keys.token_key)
        body["@odata.nextLink"] = f"{address}?$skiptoken={quote(token)}"
    else:
        done = {**state, "at": 0, "since": state["until"], "until": None, "made": cloud.world.now().timestamp()}
        body["@odata.deltaLink"] = f"{address}?$deltatoken={quote(tokens.seal(done, cloud.keys.token_key))}"
    return json_answer(body | {"value": value})


def _state(request: Request, cloud: Cloud, tenant: Tenant, kind: Kind) -> State:
    sent = request.query.get("$skiptoken") or request.query.get("$deltatoken")
    now = cloud.world.change_count(tenant)
    if not sent or sent == "latest":
        return _fresh(request, tenant, kind, now, latest=sent == "latest")
    state = tokens.unseal(sent, cloud.keys.token_key)
    if state is None or state.get("delta") != [tenant.id, kind.entity]:
        raise GraphError(400, "BadRequest", "Badly formed token.")
    if state["since"] is not None and cloud.world.now().timestamp() - state["made"] > DAYS * 86_400:
        location = f"{link(request, f'{kind.entity}/delta')}?$deltatoken="
        raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.", {"location": location})
    return state if state["until"] is not None else {**state, "until": now}


def _fresh(request: Request, tenant: Tenant, kind: Kind, now: int, *, latest: bool) -> State:
    asked = query.read(request, kind, {"$select", "$top", "$deltatoken", "$skiptoken", "$format"})
    for name in asked.select:
        if kind.properties[name].spec.get("no_delta"):
            raise unsupported(f"The property '{name}' is not supported in delta queries.")
    size = asked.top if "$top" in request.query else _page_size(request.headers.get("prefer", ""), kind)
    return {"delta": [tenant.id, kind.entity], "select": list(asked.select), "at": 0, "since": now if latest else None,
            "until": now, "size": size, "made": 1e12}  # fmt: skip


def _page_size(prefer: str, kind: Kind) -> int:
    size = prefer.lower().partition("odata.maxpagesize=")[2].partition(",")[0].strip()
    return min(int(size), kind.most) if size.isdigit() and int(size) > 0 else PAGE


def _everything(
    cloud: Cloud, tenant: Tenant, kind: Kind, names: tuple[str, ...], state: State
) -> tuple[list[State], int | None]:
    found: list[State] = []
    at: int = state["at"]
    for position, item in cloud.world.objects(tenant, kind.entity, names, at):
        if len(found) == state["size"]:
            return found, at
        found.append(item)
        at = position
    return found, None


def _changed(
    cloud: Cloud, tenant: Tenant, entity: str, names: tuple[str, ...], state: State
) -> tuple[list[State], int | None]:
    """Each changed object once, as it is now, in the order of its last change; what is gone as `@removed`."""
    prefix = f"c/{tenant.id}/{entity}/".encode()
    last: dict[str, int] = {}
    for key, changed in cloud.store.scan(prefix, prefix + f"{state['since']:016d}".encode()):
        number = int(key[len(prefix) :])
        if number <= state["until"]:
            last[msgspec.json.decode(changed)] = number
    waiting = sorted((number, object_id) for object_id, number in last.items() if number > state["at"])
    page = waiting[: state["size"]]
    value = [_now(cloud, tenant, entity, object_id, names) for _number, object_id in page]
    return value, page[-1][0] if len(waiting) > len(page) else None


def _now(cloud: Cloud, tenant: Tenant, entity: str, object_id: str, names: tuple[str, ...]) -> State:
    found = cloud.world.object(tenant, entity, object_id, names)
    return found or {"id": object_id, "@removed": {"reason": "changed" if entity == "users" else "deleted"}}
