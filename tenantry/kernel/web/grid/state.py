"""What a list shows, as it stands in the address: search, view, filters, order, place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

LONGEST_WISH, MOST_VALUES = 120, 50
FILTER = "f_"


@dataclass(frozen=True)
class State:
    """The state of a list; every link of the list is made from it."""

    q: str = ""
    view: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    at: int = 0
    filters: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, given: QueryDict) -> State:
        """The state in an address, bounded; what does not parse is left out."""
        at = given.get("at", "")
        filters = {
            name.removeprefix(FILTER): [value[:LONGEST_WISH] for value in given.getlist(name)[:MOST_VALUES]]
            for name in given
            if name.startswith(FILTER)
        }
        return cls(
            q=given.get("q", "").replace("\x00", "").strip()[:LONGEST_WISH], view=given.get("view", "")[:40],
            sort=given.get("sort", "")[:60], after=given.get("after", ""), before=given.get("before", ""),
            at=int(at) if at.isdecimal() and len(at) < 10 else 0, filters=filters,
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Whether search or filters leave something out."""
        return bool(self.q or any(self.filters.values()))

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address, without the place."""
        plain = [("q", self.q), ("view", self.view), ("sort", self.sort)]
        chosen = [(f"{FILTER}{name}", value) for name, values in self.filters.items() for value in values]
        return [(name, value) for name, value in (*plain, *chosen) if value]

    def link(self, **place: Any) -> str:
        """The address of this state from its first page, or from a place."""
        given = [(name, value) for name, value in place.items() if value]
        return f"?{urlencode([*self.pairs(), *given])}"

    def having(self, **changes: Any) -> State:
        """The same from its first page, with changes."""
        place: dict[str, Any] = {"after": "", "before": "", "at": 0}
        return replace(self, **(place | changes))

    def without(self, name: str) -> State:
        """The same without one filter."""
        return self.having(filters={key: values for key, values in self.filters.items() if key != name})
