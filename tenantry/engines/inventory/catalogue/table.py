"""The table of kinds (What all modules share, section 6): the source of endpoints, intervals and permissions."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec


@dataclass(frozen=True)
class Row:
    """One row: what is read where, how, how often, with which permission; `operate` rows need the other app."""

    kinds: tuple[str, ...]
    endpoints: tuple[str, ...]
    how: tuple[str, ...]  # delta, hash, append, demand
    minutes: tuple[int, ...]
    permissions: tuple[str, ...]
    home: str
    operate: bool = False

    def interval(self, kind: str) -> timedelta:
        """The default interval of one of the row's kinds."""
        at = self.kinds.index(kind)
        return timedelta(minutes=self.minutes[min(at, len(self.minutes) - 1)])

    def way(self, kind: str) -> str:
        """How one of the row's kinds is read."""
        return self.how[min(self.kinds.index(kind), len(self.how) - 1)]


@functools.cache
def rows() -> tuple[Row, ...]:
    """All rows, whether their kinds are present or not."""
    found = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text())["kind"]
    return tuple(msgspec.convert(row, Row) for row in found)


def permissions() -> frozenset[str]:
    """The Insight app's permissions: those of every row that does not need the Operate app."""
    return frozenset(name for row in rows() if not row.operate for name in row.permissions)
