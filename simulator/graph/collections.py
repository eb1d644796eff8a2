"""Lists, single objects, counts and deltas of the kinds that the schema describes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import query, tokens
from simulator.graph.problems import GraphError, no_such
from simulator.graph.query import Query
from simulator.schema import Kind
from simulator.wire import Answer, Request, json_answer
from simulator.world import Tenant

Items = list[tuple[int, dict[str, Any]]]
DELTA_DAYS = 7


def listed(request: Request, cloud: Cloud, tenant: Tenant, entity: str) -> Answer:
    """A page of a collection, with the address of the next."""
    kind = schema.kind(entity)
    token = request.query.get("$skiptoken")
    asked, start = _resumed(token, cloud, tenant, entity) if token else (query.read(request, kind), 0)
    items, following = _page(cloud, tenant, kind, asked, start)
    body: dict[str, Any] = {"@odata.context": _context(request, kind, asked)}
    if asked.count:
        body["@odata.count"] = _total(cloud, tenant, kind, asked)
    if following is not None:
        body["@odata.nextLink"] = _next(request, cloud, tenant, entity, asked, following)
    body["value"] = [_shown(item, kind, asked) for _position, item in items]
    return json_answer(body)


def counted(request: Request, cloud: Cloud, tenant: Tenant, entity: str) -> Answer:
    """The number alone, as text; only eventually consistent, and only when asked so."""
    if request.headers.get("consistencylevel") != "eventual":
        raise GraphError(400, "Request_BadRequest", "$count is not currently supported.")
    kind = schema.kind(entity)
    asked = Query((), kind.most, request.query.get("$filter", ""), "", "", descending=False, count=True, expand=())
    return Answer(200, str(_total(cloud, tenant, kind, asked)).encode(), {"content-type": "text/plain"})


def single(request: Request, cloud: Cloud, tenant: Tenant, entity: str, object_id: str) -> Answer:
    """One object by id, or a user by principal name."""
    kind = schema.kind(entity)
    asked = query.read(request, kind)
    if entity == "users" and "@" in object_id:
        account = cloud.world.account(object_id)
        object_id = account.oid if account and account.tenant_id == tenant.id else object_id
    found = cloud.world.object(tenant, entity, object_id, kind.chosen(asked.select))
    if found is None:
        raise no_such(object_id)
    return json_answer({"@odata.context": f"{_context(request, kind, asked)}/$entity"} | found)


def delta(request: Request, cloud: Cloud, tenant: Tenant, entity: str) -> Answer:
    """All objects first, then what changed since the token; an expired token answers 410 with an empty one."""
    kind = schema.kind(entity)
    state = _delta_state(request, cloud, tenant, entity, kind)
    names = tuple(state["select"]) or kind.chosen(())
    if state["since"] is None:
        value, following = _initial(cloud, tenant, kind, names, state)
    else:
        value, following = _changed(cloud, tenant, entity, names, state), None
    link = _link(request, f"{entity}/delta")
    body: dict[str, Any] = {"@odata.context": f"{request.base}/v1.0/$metadata#{entity}"}
    if following is not None:
        token = tokens.seal({**state, "at": following}, cloud.keys.token_key)
        body["@odata.nextLink"] = f"{link}?$skiptoken={quote(token)}"
    else:
        since = {**state, "at": 0, "since": state["until"], "until": None, "made": cloud.world.now().timestamp()}
        body["@odata.deltaLink"] = f"{link}?$deltatoken={quote(tokens.seal(since, cloud.keys.token_key))}"
    return json_answer(body | {"value": value})


def _delta_state(request: Request, cloud: Cloud, tenant: Tenant, entity: str, kind: Kind) -> dict[str, Any]:
    token = request.query.get("$skiptoken") or request.query.get("$deltatoken")
    now = cloud.world.change_count(tenant)
    if token is None:
        asked = query.read(request, kind)
        size = _page_size(request.headers.get("prefer", ""), kind)
        return {"tenant": tenant.id, "entity": entity, "select": list(asked.select), "at": 0, "since": None,
                "until": now, "size": size}  # fmt: skip
    state = tokens.unseal(token, cloud.keys.token_key)
    if state is None or (state["tenant"], state["entity"]) != (tenant.id, entity):
        raise GraphError(400, "BadRequest", "Badly formed token.")
    if state["since"] is not None and cloud.world.now().timestamp() - state["made"] > DELTA_DAYS * 86_400:
        location = f"{_link(request, f'{entity}/delta')}?$deltatoken="
        raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.", {"location": location})
    return state if state["until"] is not None else {**state, "until": now}


def _page_size(prefer: str, kind: Kind) -> int:
    size = prefer.lower().partition("odata.maxpagesize=")[2].partition(",")[0].strip()
    return min(int(size), kind.most) if size.isdigit() and int(size) > 0 else 200


def _initial(
    cloud: Cloud, tenant: Tenant, kind: Kind, names: tuple[str, ...], state: dict[str, Any]
) -> tuple[list[dict[str, Any]], int | None]:
    found: list[dict[str, Any]] = []
    at: int = state["at"]
    for position, item in cloud.world.objects(tenant, kind.entity, names, at):
        if len(found) == state["size"]:
            return found, at
        found.append(item)
        at = position
    return found, None


def _changed(
    cloud: Cloud, tenant: Tenant, entity: str, names: tuple[str, ...], state: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each changed object once, as it is now; what is gone as `@removed`."""
    prefix = f"c/{tenant.id}/{entity}/".encode()
    since = prefix + f"{state['since']:016d}".encode()
    touched: dict[str, None] = {}
    for key, value in cloud.store.scan(prefix, since):
        if int(key[len(prefix) :]) <= state["until"]:
            touched[msgspec.json.decode(value)] = None
    return [_now(cloud, tenant, entity, object_id, names) for object_id in touched]


def _now(cloud: Cloud, tenant: Tenant, entity: str, object_id: str, names: tuple[str, ...]) -> dict[str, Any]:
    found = cloud.world.object(tenant, entity, object_id, tuple(dict.fromkeys(("id", *names))))
    return found or {"id": object_id, "@removed": {"reason": "changed" if entity == "users" else "deleted"}}


def _resumed(token: str, cloud: Cloud, tenant: Tenant, entity: str) -> tuple[Query, int]:
    state = tokens.unseal(token, cloud.keys.token_key)
    if state is None or (state["tenant"], state["entity"]) != (tenant.id, entity):
        raise GraphError(400, "Directory_ExpiredPageToken", "Specified page token value has expired.")
    values = state["query"]
    return Query(**{**values, "select": tuple(values["select"]), "expand": tuple(values["expand"])}), state["at"]


def _page(cloud: Cloud, tenant: Tenant, kind: Kind, asked: Query, start: int) -> tuple[Items, int | None]:
    found: Items = []
    for position, item in _matching(cloud, tenant, kind, asked, start):
        if len(found) == asked.top:
            return found, found[-1][0]
        found.append((position, item))
    return found, None


def _matching(cloud: Cloud, tenant: Tenant, kind: Kind, asked: Query, start: int) -> Any:
    """The objects that a query finds, from a position on; a sorted query counts positions in its own order."""
    chosen = kind.chosen(asked.select)
    test, looked_at = query.parsed(asked, kind), set[str]()
    searched = query.searched(asked.search, kind) if asked.search else None
    looked_at |= test.properties if test else set()
    looked_at |= {searched[0]} if searched else set()
    names = tuple(dict.fromkeys((*chosen, *sorted(looked_at), *([asked.order] if asked.order else []))))
    items = (
        (position, item)
        for position, item in cloud.world.objects(tenant, kind.entity, names, 0 if asked.order else start)
        if (test is None or test.test(item)) and (searched is None or _mentions(item.get(searched[0]), searched[1]))
    )
    if not asked.order:
        return items
    ordered = sorted(items, key=lambda pair: (str(pair[1][asked.order] or "").lower(), pair[0]))
    ordered = ordered[::-1] if asked.descending else ordered
    return ((number + 1, item) for number, (_position, item) in enumerate(ordered) if number >= start)


def _mentions(value: Any, words: str) -> bool:
    return isinstance(value, str) and any(part.startswith(words) for part in value.lower().replace("@", " ").split())


def _total(cloud: Cloud, tenant: Tenant, kind: Kind, asked: Query) -> int:
    return sum(1 for _item in _matching(cloud, tenant, kind, asked, 0))


def _shown(item: dict[str, Any], kind: Kind, asked: Query) -> dict[str, Any]:
    return {name: item[name] for name in kind.chosen(asked.select)}


def _context(request: Request, kind: Kind, asked: Query) -> str:
    chosen = f"({','.join(asked.select)})" if asked.select else ""
    return f"{request.base}/v1.0/$metadata#{kind.entity}{chosen}"


def _link(request: Request, path: str) -> str:
    version = "beta" if request.path.startswith("/beta/") else "v1.0"
    return f"{request.base}/{version}/{path}"


def _next(request: Request, cloud: Cloud, tenant: Tenant, entity: str, asked: Query, at: int) -> str:  # noqa: PLR0917
    kept = {name: getattr(asked, name) for name in asked.__dataclass_fields__}
    token = tokens.seal({"tenant": tenant.id, "entity": entity, "query": kept, "at": at}, cloud.keys.token_key)
    return f"{request.base}{request.path}?$skiptoken={quote(token)}"
