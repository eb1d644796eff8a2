"""What a request asks of a collection, checked against the kind's data."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from simulator.graph import filters
from simulator.graph.filters import Filter
from simulator.graph.problems import GraphError, bad_request, unknown_property, unsupported
from simulator.schema import Kind
from simulator.wire import Request

KNOWN = frozenset(
    {
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
)


SINGLE = frozenset({"$select", "$expand", "$format"})
Expansion = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Query:
    """A checked query."""

    select: tuple[str, ...] = ()
    top: int = 100
    filter: str = ""
    search: str = ""
    order: str = ""
    descending: bool = False
    count: bool = False
    expand: tuple[Expansion, ...] = ()

    def looks_at(self, kind: Kind) -> set[str]:
        """Every property that the query names."""
        found = set(self.select) | ({self.order} if self.order else set())
        tested = parsed(self, kind)
        found |= tested.properties if tested else set()
        return found | ({searched(self.search, kind)[0]} if self.search else set())


def read(request: Request, kind: Kind, served: frozenset[str] = KNOWN) -> Query:
    """The query of a request; every option that is not served is refused."""
    eventual = request.headers.get("consistencylevel", "").lower() == "eventual"
    return _read(kind, served, tuple(request.query.items()), eventual=eventual)


@functools.lru_cache(maxsize=4096)
def _read(kind: Kind, served: frozenset[str], options: tuple[tuple[str, str], ...], *, eventual: bool) -> Query:
    asked = dict(options)
    served = served | {"$skip"} if kind.skip else served
    unknown = [name for name in asked if name.startswith("$") and name not in served]
    if "$skip" in unknown:
        raise bad_request("'$skip' is not supported by the service.")
    if unknown:
        raise unsupported(f"The query parameter '{unknown[0]}' is not supported.")
    order, descending = _order(asked.get("$orderby", ""), kind)
    query = Query(
        _select(asked.get("$select", ""), kind), _top(asked.get("$top"), kind), asked.get("$filter", ""),
        asked.get("$search", ""), order, descending, _flag(asked.get("$count", "")), _expand(asked, kind),
    )  # fmt: skip
    if _is_advanced(query, kind) and not (query.count and eventual):
        raise unsupported("Request with $search, $count or an advanced $filter needs the header ConsistencyLevel: "
                          "eventual and $count=true.")  # fmt: skip
    return _within_limits(query, kind, given=asked.get("$top"))


def _within_limits(query: Query, kind: Kind, *, given: str | None) -> Query:
    """Some properties come in smaller pages only, such as sign-in activity."""
    named = query.looks_at(kind) & set(kind.properties)
    most = min((kind.properties[name].spec.get("most", kind.most) for name in named), default=kind.most)
    if query.top > most and given is not None:
        raise unsupported(f"Cannot query data for more than {most} users at a time.")
    return replace(query, top=min(query.top, most))


def parsed(query: Query, kind: Kind) -> Filter | None:
    """The filter as a test, or None."""
    return _parsed(query.filter, kind) if query.filter else None


_parsed = functools.lru_cache(maxsize=1024)(filters.parse)


def _is_advanced(query: Query, kind: Kind) -> bool:
    found = parsed(query, kind)
    counts = query.count and kind.directory
    return bool(query.search) or counts or (found is not None and found.advanced)


def _flag(text: str) -> bool:
    if text.lower() not in {"", "true", "false"}:
        raise GraphError(400, "BadRequest", f"Invalid value '{text}' for $count query option.")
    return text.lower() == "true"


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


_EXPANSION = re.compile(r"(\w+)(?:\(\$select=([\w, ]+)\))?")


def _expand(asked: dict[str, str], kind: Kind) -> tuple[Expansion, ...]:
    """`members` or `members($select=id,displayName)`, one level deep."""
    text = asked.get("$expand", "").replace(" ", "")
    found = []
    for part in re.split(r",(?![^(]*\))", text) if text else []:
        match = _EXPANSION.fullmatch(part)
        if match is None:
            raise unsupported(f"The expansion '{part}' is not supported.")
        if match[1] not in kind.expand:
            raise unknown_property(match[1], kind.type)
        found.append((match[1], tuple(match[2].split(",")) if match[2] else ()))
    if len(found) > 1 and kind.directory:
        raise unsupported("Only one property can be expanded in a query.")
    return tuple(found)


def searched(text: str, kind: Kind) -> tuple[str, str]:
    """The property and the words of a $search such as `"displayName:anna"`."""
    name, colon, words = text.strip().strip('"').partition(":")
    if not colon or name not in kind.properties or not kind.properties[name].spec.get("search"):
        raise unsupported('Search needs a property that can be searched, as in "displayName:anna".')
    return name, words.lower()
