"""What a request asks of a collection, checked against the kind's data."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.graph import filters
from simulator.graph.filters import Filter
from simulator.graph.problems import GraphError, bad_request, unknown_property, unsupported
from simulator.schema import Kind
from simulator.wire import Request

KNOWN = {
    "$select",
    "$top",
    "$filter",
    "$orderby",
    "$count",
    "$search",
    "$expand",
    "$skiptoken",
    "$deltatoken",
    "$format",
}


@dataclass(frozen=True)
class Query:
    """A checked query."""

    select: tuple[str, ...]
    top: int
    filter: str
    search: str
    order: str
    descending: bool
    count: bool
    expand: tuple[str, ...]


def read(request: Request, kind: Kind) -> Query:
    """The query of a request; every option that is not served is refused."""
    asked = request.query
    unknown = [name for name in asked if name.startswith("$") and name not in KNOWN]
    if "$skip" in unknown:
        raise bad_request("'$skip' is not supported by the service.")
    if unknown:
        raise bad_request(f"The query parameter '{unknown[0]}' is not supported.")
    order, descending = _order(asked.get("$orderby", ""), kind)
    query = Query(
        _select(asked.get("$select", ""), kind), _top(asked.get("$top"), kind), asked.get("$filter", ""),
        asked.get("$search", ""), order, descending, asked.get("$count", "").lower() == "true",
        _expand(asked.get("$expand", ""), kind),
    )  # fmt: skip
    if _is_advanced(query, kind) and not (query.count and request.headers.get("consistencylevel") == "eventual"):
        raise unsupported("Request with $search or advanced $filter needs the header ConsistencyLevel: eventual and "
                          "$count=true.")  # fmt: skip
    return query


def parsed(query: Query, kind: Kind) -> Filter | None:
    """The filter as a test, or None."""
    return filters.parse(query.filter, kind) if query.filter else None


def _is_advanced(query: Query, kind: Kind) -> bool:
    found = parsed(query, kind)
    return bool(query.search) or (found is not None and found.advanced)


def _select(text: str, kind: Kind) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in kind.properties:
            raise unknown_property(name, kind.type)
    return names


def _top(text: str | None, kind: Kind) -> int:
    if text is None:
        return kind.page
    if not text.isdigit() or not 1 <= int(text) <= kind.most:
        raise unsupported(f"Invalid page size specified: '{text}'. Must be between 1 and {kind.most} inclusive.")
    return int(text)


def _order(text: str, kind: Kind) -> tuple[str, bool]:
    if not text:
        return "", False
    name, _space, direction = text.strip().partition(" ")
    if direction.strip() not in {"", "asc", "desc"}:
        raise GraphError(400, "BadRequest", f"Syntax error in '{text}'.")
    if name not in kind.properties or not kind.properties[name].spec.get("sort"):
        raise unsupported(f"Sorting by '{name}' is not supported.")
    return name, direction.strip() == "desc"


def _expand(text: str, kind: Kind) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in kind.expand:
            raise unknown_property(name, kind.type)
    return names


def searched(text: str, kind: Kind) -> tuple[str, str]:
    """The property and the words of a $search such as `"displayName:anna"`."""
    name, colon, words = text.strip().strip('"').partition(":")
    if not colon or name not in kind.properties or not kind.properties[name].spec.get("search"):
        raise unsupported('Search needs a property that can be searched, as in "displayName:anna".')
    return name, words.lower()
