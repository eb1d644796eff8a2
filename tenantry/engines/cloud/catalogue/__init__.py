"""What Microsoft documents, as dated data."""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """So many units in so many seconds."""

    units: int
    seconds: float


class Larger(msgspec.Struct, frozen=True):
    """What a tenant with so many users or more is given instead."""

    users: int
    units: int


class Service(msgspec.Struct, frozen=True):
    """What Microsoft allows of one service, and who shares it."""

    limits: tuple[Limit, ...]
    larger: tuple[Larger, ...] = ()
    per: Literal["app", "tenant"] = "app"

    def limits_for(self, users: int) -> tuple[Limit, ...]:
        """The limits of a tenant with so many users; 0 for a size that is not known, which is given the least."""
        given = max((one.units for one in self.larger if users >= one.users), default=self.limits[0].units)
        return (Limit(given, self.limits[0].seconds), *self.limits[1:])


class Table(msgspec.Struct, frozen=True):
    """The documented limits, with the day on which they were read and where."""

    as_of: date
    source: str
    services: dict[str, Service]


class Lifetime(msgspec.Struct, frozen=True):
    """How long a subscription lasts at most, and which changes it can be about."""

    minutes: int
    changes: str


class Told(msgspec.Struct, frozen=True):
    """What Microsoft tells changes of, with the day on which that was read and where."""

    as_of: date
    source: str
    resources: dict[str, Lifetime]


@functools.cache
def lifetimes() -> Told:
    """What can be subscribed to."""
    file = Path(__file__).parent / "lifetimes.toml"
    return msgspec.convert(tomllib.loads(file.read_text()), Told)


@functools.cache
def limits() -> Table:
    """The documented limits by service."""
    file = Path(__file__).parent / "limits.toml"
    return msgspec.convert(tomllib.loads(file.read_text()), Table)
