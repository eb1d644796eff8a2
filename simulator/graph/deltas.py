"""Delta: everything first, then what changed since a token; tokens are self-contained and outlive a restart."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from simulator import journal, schema
from simulator.cloud import Cloud
from simulator.graph import query, tokens
from simulator.graph.collections import link
from simulator.graph.problems import GraphError, unsupported
from simulator.journal import Told
from simulator.schema import Kind
from simulator.wire import Answer, Request, json_answer
from simulator.world import Tenant
from simulator.world.memberships import Ref

DAYS = 7
"""How long a directory's delta token lives."""
PAGE = 200
SERVED = frozenset({"$select", "$top", "$deltatoken", "$skiptoken", "$format"})
MOST_LINKED = 100
"""Members of a group that one entry tells; the group comes again for the others (Microsoft Graph: delta of groups)."""
State = dict[str, Any]
Page = tuple[list[State], tuple[int, int] | None]
"""The objects, and the position and part that follow."""


def delta(request: Request, cloud: Cloud, tenant: Tenant, entity: str) -> Answer:
    """A page of the delta of a kind; an expired token answers 410 with the address of a fresh start."""
    kind = schema.kind(entity)
    state = _state(request, cloud, tenant, kind)
    names = tuple(dict.fromkeys((*(tuple(state["select"]) or kind.chosen(())), "id")))
    page = _everything if state["since"] is None else _changed
    value, following = page(cloud, tenant, kind, names, state)
    address = link(request, f"{kind.path[1:]}/delta")
    body: State = {"@odata.context": f"{link(request, '$metadata')}#{kind.path[1:]}"}
    if following is not None:
        token = tokens.seal(state | {"at": following[0], "part": following[1]}, cloud.keys.token_key)
        body["@odata.nextLink"] = f"{address}?$skiptoken={quote(token)}"
    else:
        done = {**state, "at": 0, "part": 0, "since": state["until"], "until": None,
                "made": cloud.world.now().timestamp()}  # fmt: skip
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
        location = f"{link(request, f'{kind.path[1:]}/delta')}?$deltatoken="
        raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.", {"location": location})
    return state if state["until"] is not None else {**state, "until": now}


def _fresh(request: Request, tenant: Tenant, kind: Kind, now: int, *, latest: bool) -> State:
    request, links = _apart(request, kind)
    asked = query.read(request, kind, SERVED)
    for name in asked.select:
        if kind.properties[name].spec.get("no_delta"):
            raise unsupported(f"The property '{name}' is not supported in delta queries.")
    size = asked.top if "$top" in request.query else _page_size(request.headers.get("prefer", ""), kind)
    return {"delta": [tenant.id, kind.entity], "select": list(asked.select), "links": links, "at": 0, "part": 0,
            "since": now if latest else None, "until": now, "size": size, "made": 1e12}  # fmt: skip


def _apart(request: Request, kind: Kind) -> tuple[Request, list[str]]:
    """The request without the relations that its $select names, and those; all of them where it has no $select."""
    text = request.query.get("$select", "")
    if not text:
        return request, list(kind.linked)
    names = [name.strip() for name in text.split(",")]
    plain = [name for name in names if name not in kind.linked] or ["id"]
    asked = request.query | {"$select": ",".join(plain)}
    return replace(request, query=asked), [name for name in kind.linked if name in names]


def _page_size(prefer: str, kind: Kind) -> int:
    size = prefer.lower().partition("odata.maxpagesize=")[2].partition(",")[0].strip()
    return min(int(size), kind.most) if size.isdigit() and int(size) > 0 else PAGE


def _everything(cloud: Cloud, tenant: Tenant, kind: Kind, names: tuple[str, ...], state: State) -> Page:
    found: list[State] = []
    at, part = state["at"], state["part"]
    for position, item in cloud.world.objects(tenant, kind.entity, names, at):
        shown = _parts(cloud, tenant, item, state["links"])[part:]
        for number, one in enumerate(shown, part):
            if len(found) == state["size"]:
                return found, (at, number)
            found.append(one)
        at, part = position, 0
    return found, None


def _parts(cloud: Cloud, tenant: Tenant, item: State, links: list[str]) -> list[State]:
    """An object once, or as often as its many members need: then it comes again with the following ones."""
    if not links:
        return [item]
    known = cloud.world.memberships(tenant)
    linked = {relation: getattr(known, relation).get(item["id"], []) for relation in links}
    count = max(1, *(math.ceil(len(refs) / MOST_LINKED) for refs in linked.values()))
    return [
        item | {f"{relation}@delta": [_named(ref) for ref in refs[MOST_LINKED * number : MOST_LINKED * (number + 1)]]
                for relation, refs in linked.items()} for number in range(count)
    ]  # fmt: skip


def _named(ref: Ref, *, present: bool = True) -> State:
    shown: State = {"@odata.type": f"#{schema.kind(ref[0]).type}", "id": ref[1]}
    return shown if present else shown | {"@removed": {"reason": "deleted"}}


def _changed(cloud: Cloud, tenant: Tenant, kind: Kind, names: tuple[str, ...], state: State) -> Page:
    """Each changed object once, as it is now, in the order of its last change; what is gone as `@removed`."""
    told = journal.since(cloud.store, tenant, kind.entity, (state["since"], state["until"]), state["links"])
    waiting = sorted((one.last, object_id) for object_id, one in told.items() if one.last > state["at"])
    page = waiting[: state["size"]]
    value = [_now(cloud, tenant, kind, (object_id, told[object_id]), names) for _last, object_id in page]
    return value, (page[-1][0], 0) if len(waiting) > len(page) else None


def _now(cloud: Cloud, tenant: Tenant, kind: Kind, one: tuple[str, Told], names: tuple[str, ...]) -> State:
    found = cloud.world.object(tenant, kind.entity, one[0], names)
    if found is None:
        return {"id": one[0], "@removed": {"reason": "changed" if kind.entity == "users" else "deleted"}}
    for relation, refs in one[1].links.items():
        found[f"{relation}@delta"] = [_named(ref, present=present) for ref, present in refs.items()]
    return found
