"""Lists, counts and single objects of the kinds that the schema describes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from simulator.cloud import Cloud
from simulator.graph import pages, query, tokens
from simulator.graph.pages import Page
from simulator.graph.problems import GraphError, no_such
from simulator.graph.query import Query
from simulator.schema import Kind
from simulator.wire import JSON, Answer, Request
from simulator.world import Tenant

Item = dict[str, Any]
Items = Iterator[tuple[int, Item]]
LONGEST_NUMBER = 9
"""Digits of a number in a query."""


@dataclass(frozen=True)
class Source:
    """A collection: its kind, and its objects with some properties from a position on."""

    kind: Kind
    read: Callable[[tuple[str, ...], int], Items]
    expand: Callable[[str, tuple[str, ...], str], list[Item]] | None = None
    path: str = ""  # of a collection within another, which is not kept in the page cache


def entities(cloud: Cloud, tenant: Tenant, kind: Kind) -> Source:
    """All objects of a kind in a tenant."""
    return Source(kind, lambda names, start: cloud.world.objects(tenant, kind.entity, names, start))


def listed(request: Request, cloud: Cloud, tenant: Tenant, source: Source) -> Answer:
    """A page of a collection, with the address of the next."""
    asked, start = asked_of(request, cloud, tenant, source)
    page = pages.kept(cloud, tenant, source.kind.entity, (asked, start), lambda: _page(source, asked, start),
                      keep=not source.path)  # fmt: skip
    head: dict[str, Any] = {"@odata.context": context(request, source.kind, asked)}
    if page.count is not None:
        head["@odata.count"] = page.count
    if page.following is not None:
        head["@odata.nextLink"] = _next(request, cloud, tenant, (source, asked, page.following))
    return Answer(200, msgspec.json.encode(head)[:-1] + page.tail, {"content-type": JSON})


def counted(request: Request, source: Source) -> Answer:
    """The number alone, as text; only eventually consistent, and only when asked so."""
    if request.headers.get("consistencylevel", "").lower() != "eventual":
        raise GraphError(400, "Request_UnsupportedQuery", "$count is not currently supported.")
    request.query.setdefault("$count", "true")
    asked = query.read(request, source.kind, frozenset({"$filter", "$search", "$count"}))
    return Answer(200, str(_total(source, asked)).encode(), {"content-type": "text/plain"})


def single(request: Request, source: Source, find: Callable[[tuple[str, ...]], Item | None]) -> Answer:
    """One object; `find` gives it with the properties that are asked for."""
    kind = source.kind
    asked = query.read(request, kind, query.SINGLE)
    names = tuple(dict.fromkeys((*kind.chosen(asked.select), "id")))
    found = find(names)
    if found is None:
        raise no_such(request.path.rpartition("/")[2])
    body = {"@odata.context": f"{context(request, kind, asked)}/$entity"} | shown(found, source, asked)
    return Answer(200, msgspec.json.encode(body), {"content-type": JSON})


def asked_of(request: Request, cloud: Cloud, tenant: Tenant, source: Source) -> tuple[Query, int]:
    """The query and the position to begin at: of the request itself, or as its skiptoken keeps them."""
    token = request.query.get("$skiptoken")
    if token is None:
        asked = query.read(request, source.kind)
        return asked, _skipped(request, source, asked)
    state = tokens.unseal(token, cloud.keys.token_key)
    if state is None or state.get("list") != [tenant.id, source.kind.entity, source.path]:
        raise GraphError(400, "Directory_ExpiredPageToken", "Specified page token value has expired.")
    return msgspec.convert(state["query"], Query), state["at"]


def _skipped(request: Request, source: Source, asked: Query) -> int:
    """The position behind the objects that $skip passes over, where the kind serves it."""
    text = request.query.get("$skip", "0")
    if text == "0":
        return 0
    if not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise GraphError(400, "BadRequest", f"Invalid value '{text}' for $skip query option.")
    passed = list(itertools.islice(matching(source, asked, 0), int(text)))
    return passed[-1][0] if passed else 0


def shown(item: Item, source: Source, asked: Query) -> Item:
    """An object as it is sent: exactly the properties asked for, and what was expanded."""
    chosen = source.kind.chosen(asked.select)
    told = {name: item[name] for name in chosen if name in item}
    if "@odata.type" in item:
        told = {"@odata.type": item["@odata.type"]} | told
    for relation, select in asked.expand if source.expand else ():
        told[relation] = source.expand(relation, select, item["id"]) if source.expand else []
    return told


def context(request: Request, kind: Kind, asked: Query) -> str:
    """The address of the metadata of an answer."""
    chosen = f"({','.join(asked.select)})" if asked.select else ""
    return f"{link(request, '$metadata')}#{kind.path[1:] or kind.entity}{chosen}"


def link(request: Request, path: str) -> str:
    """An address in the version that the client speaks."""
    version = "beta" if request.path.startswith("/beta/") else "v1.0"
    return f"{request.base}/{version}/{path}"


def matching(source: Source, asked: Query, start: int) -> Items:
    """The objects that a query finds, from a position on; a sorted query counts positions in its own order."""
    kind, test = source.kind, query.parsed(asked, source.kind)
    searched = query.searched(asked.search, kind) if asked.search else None
    names = tuple(dict.fromkeys((*kind.chosen(asked.select), *sorted(asked.looks_at(kind)), "id")))
    items = (
        (position, item)
        for position, item in source.read(names, 0 if asked.order else start)
        if (test is None or test.test(item)) and (searched is None or _mentions(item.get(searched[0]), searched[1]))
    )
    if not asked.order:
        return items
    ordered = sorted(items, key=lambda pair: str(pair[1][asked.order] or "").lower(), reverse=asked.descending)
    return iter([(number + 1, item) for number, (_position, item) in enumerate(ordered) if number >= start])


def _page(source: Source, asked: Query, start: int) -> Page:
    found: list[Item] = []
    following, last = None, start
    for position, item in matching(source, asked, start):
        if len(found) == asked.top:
            following = last
            break
        found.append(shown(item, source, asked))
        last = position
    tail = b',"value":' + msgspec.json.encode(found) + b"}"
    return Page(tail, following, _total(source, asked) if asked.count else None)


def _total(source: Source, asked: Query) -> int:
    return sum(1 for _item in matching(source, asked, 0)) if not asked.order else sum(
        1 for _item in matching(source, Query(filter=asked.filter, search=asked.search), 0)
    )  # fmt: skip


def _mentions(value: Any, words: str) -> bool:
    return isinstance(value, str) and any(part.startswith(words) for part in value.lower().replace("@", " ").split())


def _next(request: Request, cloud: Cloud, tenant: Tenant, following: tuple[Source, Query, int]) -> str:
    source, asked, at = following
    place = [tenant.id, source.kind.entity, source.path]
    token = tokens.seal({"list": place, "query": asked, "at": at}, cloud.keys.token_key)
    return f"{request.base}{request.path}?$skiptoken={quote(token)}"
