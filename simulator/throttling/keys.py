"""How much each throttle key allows, as data, and what a request costs (the cloud's description, section 5)."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from simulator.wire import Request


class Larger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a tenant with so many users or more is given instead."""

    users: int
    units: int


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units in so many seconds, or refilled at so many a second, for those who share it."""

    units: int
    per: tuple[Literal["app", "tenant", "object"], ...]
    methods: Literal["any", "read", "write"]
    seconds: float = 0.0
    refill: float = 0.0
    larger: tuple[Larger, ...] = ()
    plain: bool = False  # each request counts once, whatever it costs

    @property
    def window(self) -> float:
        """Seconds until all of it has come back."""
        return self.seconds or self.units / self.refill

    def counts(self, method: str) -> bool:
        """Whether a request of this method is counted here."""
        reads = method in {"GET", "HEAD", "READ"}
        return self.methods == "any" or (self.methods == "read") == reads

    def of(self, users: int) -> int:
        """The units of a tenant with so many users."""
        return max((one.units for one in self.larger if users >= one.users), default=self.units)


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units of a request whose path matches."""

    paths: str
    units: int


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A throttle key: which requests it counts, how, and how it words a refusal."""

    example: str
    paths: str
    limits: tuple[Limit, ...]
    query: str = ""
    retry_after: Literal["always", "sometimes", "never"] = "always"
    headers: Literal["", "directory", "ratelimit", "arm", "quota", "qpu"] = ""
    counts_refused: bool = False
    cost: tuple[Cost, ...] = ()


@functools.cache
def table() -> Mapping[str, Key]:
    """Every throttle key by its name, in the order in which they are tried."""
    text = (Path(__file__).parent / "keys.toml").read_text()
    return msgspec.convert(tomllib.loads(text)["keys"], dict[str, Key])


def key_of(request: Request) -> tuple[str, str]:
    """The throttle key of a request, and the object that its pattern names (a mailbox, a team, a report)."""
    return _key_of(request.path, " ".join(request.query.values()))


@functools.lru_cache(maxsize=4096)
def _key_of(path: str, asked: str) -> tuple[str, str]:
    for name, key in table().items():
        match = re.search(key.paths, path, re.IGNORECASE)
        if match or (key.query and key.query in asked):
            return name, (match[1] or "").lower() if match and match.re.groups else ""
    raise LookupError(path)


def cost_of(key: Key, request: Request) -> int:
    """Units of a request: $select spares one, a short page one, $expand costs one more; never below one."""
    units = next((one.units for one in key.cost if re.search(one.paths, request.path, re.IGNORECASE)), 1)
    if key.headers == "directory":
        units += ("$expand" in request.query) - ("$select" in request.query) - _is_short(request.query.get("$top", ""))
    if key.headers == "ratelimit" and "permissions" in request.query.get("$expand", ""):
        units = 5
    return max(units, 1)


def _is_short(top: str) -> bool:
    return top.isdigit() and int(top) < 20
