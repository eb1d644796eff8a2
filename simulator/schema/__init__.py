"""Kinds as data: properties, what may be asked of them, and how their values are made."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Base = dict[str, Any]
Words = tuple[int, ...]
Maker = Callable[[Base, Words], Any]


@dataclass(frozen=True)
class Clock:
    """What a value's dates count from: the world's first day for what stays, today for what goes on."""

    epoch: datetime
    today: date


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

    @property
    def readonly(self) -> bool:
        """Whether a write may not set it."""
        return bool(self.spec.get("readonly"))

    def fits(self, value: Any) -> bool:
        """Whether a written value has the property's type."""
        if value is None:
            return self.type.endswith("?")
        plain = self.type.rstrip("?")
        if plain.endswith("[]"):
            return isinstance(value, list) and all(type(item) is _TYPES[plain[:-2]] for item in value)
        return type(value) is _TYPES[plain]

    @property
    def empty(self) -> Any:
        """The value in a new object that does not name the property."""
        if self.type.endswith("[]"):
            return []
        return None if self.type.endswith("?") or self.type != "boolean" else False


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of object as its data file describes it; each is itself and equal to no other."""

    entity: str
    type: str
    page: int
    most: int
    default: tuple[str, ...]
    properties: dict[str, Property]
    expand: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    accepts: dict[str, str] = field(default_factory=dict)
    directory: bool = False
    path: str = ""
    serves: frozenset[str] = frozenset()
    premium: str = ""
    skip: bool = False
    linked: tuple[str, ...] = ()  # the relations that delta tells
    typed: bool = False  # its objects are of derived types, which each of them names

    def chosen(self, select: tuple[str, ...]) -> tuple[str, ...]:
        """The properties to emit: those asked for, else the default set."""
        return select or self.default or tuple(self.properties)

    @property
    def noun(self) -> str:
        """The kind's name as messages use it, such as `User`."""
        name = self.type.rpartition(".")[2]
        return name[0].upper() + name[1:]


@functools.cache
def kind(entity: str) -> Kind:
    """The kind of an entity set such as `users`."""
    return load(FOLDER / f"{entity}.toml")


@functools.cache
def entities() -> list[str]:
    """Every entity set that has a data file."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


@functools.cache
def digest() -> str:
    """What the data files say, in short: what was made by others must not be taken for ours."""
    texts = [file.read_bytes() for file in sorted(FOLDER.glob("*.toml"))]
    return hashlib.blake2b(b"\0".join(texts), digest_size=12).hexdigest()


def load(file: Path) -> Kind:
    """The kind that a data file describes; ValueError for a generator or type that does not exist."""
    known = tomllib.loads(file.read_text())
    properties = {name: _property(name, spec) for name, spec in known["properties"].items()}
    return Kind(
        known["entity"], known["type"], known["page"], known["most"], tuple(known.get("default", ())), properties,
        frozenset(known.get("expand", ())), tuple(known.get("required", ())), known.get("accepts", {}),
        known.get("directory", False), known.get("path", f"/{known['entity']}"), frozenset(known.get("serves", ())),
        known.get("premium", ""), known.get("skip", False), tuple(known.get("linked", ())), known.get("typed", False),
    )  # fmt: skip


def _property(name: str, spec: dict[str, Any]) -> Property:
    if spec["type"].rstrip("?[]") not in _TYPES or spec["gen"] not in _MAKERS:
        raise ValueError(f"{name}: no such type or generator: {spec['type']}, {spec['gen']}")
    return Property(name, spec["type"], spec)


def maker(kind: Kind, names: tuple[str, ...], clock: Clock) -> Callable[[Base, Words], dict[str, Any]]:
    """What makes an object's chosen properties from its hidden base values and its draw."""
    makers = [(name, _MAKERS[prop.spec["gen"]](prop.spec, clock)) for name, prop in _pick(kind, names)]
    if kind.typed:
        return _typed(kind, makers)

    def make(base: Base, words: Words) -> dict[str, Any]:
        return {name: value(base, words) for name, value in makers}

    return make


def _typed(kind: Kind, makers: list[tuple[str, Maker]]) -> Callable[[Base, Words], dict[str, Any]]:
    """Objects that name their type and have its properties only."""

    def make(base: Base, words: Words) -> dict[str, Any]:
        mine = {"@odata.type": f"#{base['type']}"}
        return mine | {
            name: value(base, words) for name, value in makers
            if kind.properties[name].spec.get("only", base["type"]) == base["type"]
        }  # fmt: skip

    return make


def _pick(kind: Kind, names: tuple[str, ...]) -> list[tuple[str, Property]]:
    return [(name, kind.properties[name]) for name in names]


def _base(spec: dict[str, Any], clock: Clock) -> Maker:  # noqa: ARG001
    name = spec["of"]
    return lambda base, _words: base[name]


def _const(spec: dict[str, Any], clock: Clock) -> Maker:  # noqa: ARG001
    value = spec.get("value")
    return lambda _base, _words: value


def _choice(spec: dict[str, Any], clock: Clock) -> Maker:  # noqa: ARG001
    values, word = spec["of"], spec["word"]
    return lambda _base, words: values[words[word] % len(values)]


def _chance(spec: dict[str, Any], clock: Clock) -> Maker:  # noqa: ARG001
    word, percent, yes = spec["word"], spec["percent"], spec["yes"]
    return lambda _base, words: (
        yes.replace("{number}", f"{words[word] % 10_000:04d}") if words[word] % 100 < percent else None
    )


def _past(spec: dict[str, Any], clock: Clock) -> Maker:
    word, (first, last), epoch = spec["word"], spec["days"], clock.epoch

    def when(_base: Base, words: Words) -> str:
        back = timedelta(days=first + words[word] % (last - first), seconds=words[word] >> 8 & 0xFFFF)
        return (epoch - back).strftime("%Y-%m-%dT%H:%M:%SZ")

    return when


def _recent(spec: dict[str, Any], clock: Clock) -> Maker:
    """A day before today: within the last 28, or, for the share of the objects that the base names, long ago."""
    word, share, midnight = spec["word"], spec["share"], datetime.combine(clock.today, time())

    def when(base: Base, words: Words) -> str:
        stale = words[word] % 100 < base[share]
        days = 31 + words[word] // 100 % 300 if stale else 1 + words[word] // 100 % 27
        seen = midnight - timedelta(days=days, seconds=words[word] >> 8 & 0xFFFF)
        return seen.strftime("%Y-%m-%dT%H:%M:%SZ")

    return when


def _sign_in(spec: dict[str, Any], clock: Clock) -> Maker:
    """Last sign-ins as days before today, so that who is inactive stays so: 82 % this month, 6 % never."""
    word, midnight = spec["word"], datetime.combine(clock.today, time())

    def activity(_base: Base, words: Words) -> dict[str, Any] | None:
        share = words[word] % 100
        if share >= 94:
            return None
        days = 1 + words[word] // 100 % (30 if share < 82 else 400)
        seen = midnight - timedelta(days=days, seconds=words[word] >> 8 & 0xFFFF)
        quiet = seen + timedelta(seconds=words[word] >> 4 & 0x3FFF)
        return {
            "lastSignInDateTime": f"{seen:%Y-%m-%dT%H:%M:%SZ}", "lastSignInRequestId": None,
            "lastNonInteractiveSignInDateTime": f"{quiet:%Y-%m-%dT%H:%M:%SZ}",
            "lastNonInteractiveSignInRequestId": None,
            "lastSuccessfulSignInDateTime": f"{quiet:%Y-%m-%dT%H:%M:%SZ}", "lastSuccessfulSignInRequestId": None,
        }  # fmt: skip

    return activity


_TYPES: dict[str, type] = {
    "string": str, "boolean": bool, "int": int, "number": float, "datetime": str, "object": dict,
}  # fmt: skip
_MAKERS: dict[str, Callable[[dict[str, Any], Clock], Maker]] = {
    "base": _base, "const": _const, "pick": _choice, "chance": _chance, "past": _past, "recent": _recent,
    "sign_in": _sign_in,
}  # fmt: skip
