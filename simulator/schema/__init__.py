"""Kinds as data: properties, what may be asked of them, and how their values are made."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Base = dict[str, Any]
Words = tuple[int, ...]
Maker = Callable[[Base, Words], Any]


@dataclass(frozen=True)
class Property:
    """One property of a kind."""

    name: str
    type: str
    spec: dict[str, Any]

    @property
    def filters(self) -> frozenset[str]:
        """The operators that $filter may use on it."""
        return frozenset(self.spec.get("filter", ()))


@dataclass(frozen=True)
class Kind:
    """A kind of object as its data file describes it."""

    entity: str
    type: str
    page: int
    most: int
    delta: bool
    expand: frozenset[str]
    default: tuple[str, ...]
    properties: dict[str, Property]

    def chosen(self, select: tuple[str, ...]) -> tuple[str, ...]:
        """The properties to emit: those asked for, else the default set."""
        return select or self.default or tuple(self.properties)


@functools.cache
def kind(entity: str) -> Kind:
    """The kind of an entity set such as `users`."""
    known = tomllib.loads((FOLDER / f"{entity}.toml").read_text())
    properties = {name: Property(name, spec["type"], spec) for name, spec in known["properties"].items()}
    return Kind(
        known["entity"], known["type"], known["page"], known["most"], known.get("delta", False),
        frozenset(known.get("expand", ())), tuple(known.get("default", ())), properties,
    )  # fmt: skip


@functools.lru_cache(maxsize=512)
def maker(entity: str, names: tuple[str, ...], epoch: datetime) -> Callable[[Base, Words], dict[str, Any]]:
    """What makes an object's chosen properties from its hidden base values and its draw."""
    makers = [(name, _MAKERS[prop.spec["gen"]](prop.spec, epoch)) for name, prop in _pick(entity, names)]

    def make(base: Base, words: Words) -> dict[str, Any]:
        return {name: value(base, words) for name, value in makers}

    return make


def _pick(entity: str, names: tuple[str, ...]) -> list[tuple[str, Property]]:
    known = kind(entity).properties
    return [(name, known[name]) for name in names]


def _id(spec: dict[str, Any], epoch: datetime) -> Maker:  # noqa: ARG001
    return lambda base, _words: base["id"]


def _base(spec: dict[str, Any], epoch: datetime) -> Maker:  # noqa: ARG001
    name = spec["of"]
    return lambda base, _words: base[name]


def _const(spec: dict[str, Any], epoch: datetime) -> Maker:  # noqa: ARG001
    value = spec.get("value")
    return lambda _base, _words: value


def _choice(spec: dict[str, Any], epoch: datetime) -> Maker:  # noqa: ARG001
    values, word = spec["of"], spec["word"]
    return lambda _base, words: values[words[word] % len(values)]


def _chance(spec: dict[str, Any], epoch: datetime) -> Maker:  # noqa: ARG001
    word, percent, yes = spec["word"], spec["percent"], spec["yes"]
    return lambda _base, words: (
        yes.replace("{number}", f"{words[word] % 10_000:04d}") if words[word] % 100 < percent else None
    )


def _past(spec: dict[str, Any], epoch: datetime) -> Maker:
    word, (first, last) = spec["word"], spec["days"]

    def when(_base: Base, words: Words) -> str:
        back = timedelta(days=first + words[word] % (last - first), seconds=words[word] >> 8 & 0xFFFF)
        return (epoch - back).strftime("%Y-%m-%dT%H:%M:%SZ")

    return when


_MAKERS: dict[str, Callable[[dict[str, Any], datetime], Maker]] = {
    "id": _id, "base": _base, "const": _const, "pick": _choice, "chance": _chance, "past": _past,
}  # fmt: skip
