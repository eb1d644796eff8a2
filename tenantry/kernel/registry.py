"""Finds the folders that carry a manifest, reads the manifests, imports the rest by agreed name."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from tenantry.kernel import ports
from tenantry.kernel.offers import Area, Manifest

ROOT = Path(__file__).resolve().parent.parent
SHELVES = ("engines", "portal", "modules")
OFFER_FILES = ("manifest", "notices", "reports", "cards", "tools")
T = TypeVar("T")


@functools.cache
def folders() -> tuple[str, ...]:
    """Dotted names of every folder on a shelf that is a package, lowest shelf first."""
    return tuple(
        f"tenantry.{shelf}.{path.name}"
        for shelf in SHELVES
        for path in sorted((ROOT / shelf).iterdir())
        if (path / "__init__.py").exists()
    )


def apps() -> list[str]:
    """The folders that are Django applications: those with a manifest, tables or commands."""
    kept = []
    for folder in folders():
        path = ROOT.joinpath(*folder.split(".")[1:])
        if any((path / name).exists() for name in ("manifest.py", "migrations", "management")):
            kept.append(folder)
    return kept


@functools.cache
def named(file: str) -> dict[str, ModuleType]:
    """The module of this agreed file name in each folder that has one, by the folder's short name."""
    found = {}
    for folder in folders():
        name = f"{folder}.{file}"
        if importlib.util.find_spec(name) is not None:
            found[folder.rpartition(".")[2]] = importlib.import_module(name)
    return found


@functools.cache
def manifests() -> tuple[Manifest, ...]:
    """What is present, as the folders say it of themselves."""
    return tuple(module.MANIFEST for module in named("manifest").values())


def area_of(module: str) -> Area:
    """The area of the folder in which a module stands; what stands in none, as the shell does, is shared."""
    folder = ".".join(module.split(".")[:3])
    known: dict[str, Area] = {
        found.__name__.rpartition(".")[0]: found.MANIFEST.area for found in named("manifest").values()
    }
    return known.get(folder, "shared")


def offers(shape: type[T]) -> Iterator[T]:
    """Every value of the shape that a folder offers, alone or in a tuple or list of its own."""
    for file in OFFER_FILES:
        for module in named(file).values():
            for value in vars(module).values():
                yield from (item for item in _items(value) if isinstance(item, shape))


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def start() -> None:
    """Fill the two ports and import what must know itself before the first request: facts, tasks, reactions."""
    for file in ("facts", "tasks", "reactions"):
        named(file)
    for module in named("resolver").values():
        ports.fill(resolver=module.RESOLVER)
    for module in named("dispatcher").values():
        ports.fill(dispatcher=module.DISPATCHER)
