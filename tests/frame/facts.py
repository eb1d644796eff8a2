"""What facts may be called, and what may enter their bytes."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from tenantry.kernel.facts import Code, Fact, Personal

PLAIN = (int, float, bool, Decimal, date, UUID, Enum, Personal, types.NoneType)
CONTAINERS = (tuple, list, frozenset, set, dict, Mapping)


def defined(modules: Iterable[Any]) -> list[type[Fact]]:
    """The facts that these `facts` modules define themselves."""
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Fact) and value is not Fact
        and (value.__module__ == module.__name__ or value.__module__.startswith(f"{module.__name__}."))
    ]  # fmt: skip


def unclassed(fact: type[Any]) -> Iterator[str]:
    """Fields whose type says neither that it is personal nor that it is a technical word."""
    hints = typing.get_type_hints(fact)
    for field in fields(fact):
        if field.name in vars(Fact):
            yield f"{fact.__name__}.{field.name} hides what every fact has."
        elif not _declared(hints[field.name]):
            yield f"{fact.__name__}.{field.name} is {hints[field.name]}: say Personal or Code."


def _declared(kind: Any) -> bool:
    if kind is Code:
        return True
    if isinstance(kind, typing.NewType):
        return _declared(kind.__supertype__)
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return True
    if origin in {typing.Union, types.UnionType} or origin in CONTAINERS:
        return all(_declared(part) for part in typing.get_args(kind) if part is not Ellipsis)
    if isinstance(kind, type) and is_dataclass(kind) and kind is not Personal:
        return not list(unclassed(kind))
    return isinstance(kind, type) and issubclass(kind, PLAIN)


def unregistered(facts: Iterable[type[Fact]], register: Mapping[str, list[str]]) -> Iterator[str]:
    """Facts that the register does not give to their folder."""
    for fact in facts:
        folder = fact.name().partition(".")[0]
        if fact.__name__ not in register.get(folder, ()):
            yield f"{folder} defines {fact.__name__}, which the register does not give it."
