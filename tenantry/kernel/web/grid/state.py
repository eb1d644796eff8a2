"""What a list shows, as it stands in the address: search, view, filters, order, columns, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

LONGEST_WISH, LONGEST_NAME, MOST_VALUES, MOST_FILTERS, MOST_COLUMNS = 120, 40, 50, 40, 60
FILTER = "f_"
SIZES = (25, 50, 100)
HEIGHTS = ("dense", "roomy")
EVERY = "*"
"""In place of a filter's values: none of them, though the list would filter by itself."""


@dataclass(frozen=True)
class State:
    """The state of a list; every link of the list is made from it."""

    q: str = ""
    view: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    nth: int = 0
    filters: Mapping[str, list[str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    size: int = 0
    height: str = ""
    saved: int = 0
    at: str = ""  # the past moment that is looked at, as the address says it; the page decides what it means

    @classmethod
    def read(cls, given: QueryDict) -> Self:
        """The state in an address, bounded; what does not parse is left out."""
        names = [name for name in given if name.startswith(FILTER)][:MOST_FILTERS]
        filters = {_bare(name)[:LONGEST_NAME]: _values(given.getlist(name)) for name in names}
        columns = (_plain(name)[:LONGEST_NAME] for name in given.get("columns", "").split("."))
        size, height = _number(given.get("size", "")), given.get("height", "")
        return cls(
            q=_plain(given.get("q", "")).strip()[:LONGEST_WISH].strip(),
            view=_plain(given.get("view", ""))[:LONGEST_NAME],
            sort=_plain(given.get("sort", ""))[:60], after=given.get("after", ""), before=given.get("before", ""),
            nth=_number(given.get("nth", "")), filters={name: values for name, values in filters.items() if values},
            columns=tuple(dict.fromkeys(name for name in columns if name))[:MOST_COLUMNS],
            size=size if size in SIZES else 0, height=height if height in HEIGHTS else "",
            saved=_number(given.get("saved", "")), at=_plain(given.get("at", ""))[:LONGEST_NAME],
        )  # fmt: skip

    @classmethod
    def parse(cls, query: str) -> Self:
        """The state in the query part of an address."""
        return cls.read(QueryDict(query.removeprefix("?")))

    @property
    def narrowed(self) -> bool:
        """Whether search or filters leave something out."""
        return bool(self.q or any(self.filters.values()))

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, without the place."""
        first = [("q", self.q), ("view", self.view), ("sort", self.sort)]
        chosen = [(f"{FILTER}{name}", value) for name, values in self.filters.items() for value in values]
        look = [("columns", ".".join(self.columns)), ("size", self.size), ("height", self.height)]
        return [
            (name, str(value))
            for name, value in (*first, *chosen, *look, ("saved", self.saved), ("at", self.at))
            if value
        ]

    def link(self, **place: Any) -> str:
        """The address of this state from its first page, or from a place."""
        given = [(name, value) for name, value in place.items() if value]
        return f"?{urlencode([*self.pairs(), *given])}"

    @property
    def here(self) -> str:
        """The address of this state at its place."""
        return self.link(after=self.after, before=self.before, nth=self.nth)

    def having(self, **changes: Any) -> Self:
        """The same from its first page, with changes."""
        place: dict[str, Any] = {"after": "", "before": "", "nth": 0}
        return replace(self, **(place | changes))

    def without(self, name: str) -> Self:
        """The same without one filter."""
        return self.having(filters={key: values for key, values in self.filters.items() if key != name})


def _plain(text: str) -> str:
    """PostgreSQL's text has no NUL, an address may."""
    return text.replace("\x00", "")


def _bare(name: str) -> str:
    return _plain(name).removeprefix(FILTER)


def _values(given: list[str]) -> list[str]:
    values = (_plain(value)[:LONGEST_WISH] for value in given[:MOST_VALUES])
    return [value for value in dict.fromkeys(values) if value]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
