"""The permissions and presets of present folders."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenantry.kernel import registry
from tenantry.kernel.text import Text
from tenantry.kernel.text import lazy as _
from tenantry.portal.access.rules import Permission

_SHIPPED = Path(__file__).parent.parent / "catalogue"
_PRESETS: Mapping[str, Text] = {
    "technician": _("Technician"),
    "help_desk": _("Help desk"),
    "sales": _("Sales and licences"),
    "auditor": _("Auditor"),
    "licence_manager": _("Licence manager"),
    "licence_reader": _("Licence reader"),
}


@dataclass(frozen=True)
class Preset:
    """A role to copy."""

    key: str
    name: Text
    permissions: frozenset[str]


@functools.cache
def whole_catalogue() -> Mapping[str, Permission]:
    """Every permission of the product, in the catalogue's order, whether its folder is present or not."""
    rows = tomllib.loads((_SHIPPED / "permissions.toml").read_text())["permission"]
    return {row["name"]: Permission(**row) for row in rows}


@functools.cache
def catalogue() -> Mapping[str, Permission]:
    """The permissions of present folders, in the catalogue's order; one that it does not know is per customer."""
    declared = {name: None for manifest in registry.manifests() for name in manifest.permissions}
    known = {name: row for name, row in whole_catalogue().items() if name in declared}
    return known | {name: Permission(name, "C", name) for name in declared if name not in known}


@functools.cache
def presets() -> tuple[Preset, ...]:
    """The roles to copy, without the permissions of absent folders and without presets that hold nothing."""
    rows = tomllib.loads((_SHIPPED / "presets.toml").read_text())["preset"]
    offered = (Preset(row["key"], _PRESETS[row["key"]], _of_preset(row)) for row in rows)
    return tuple(preset for preset in offered if preset.permissions)


def _of_preset(row: Mapping[str, Any]) -> frozenset[str]:
    modules = {folder.rpartition(".")[2] for folder in registry.folders() if ".modules." in folder}
    named = set(row["permissions"])
    return frozenset(
        name for name, known in catalogue().items()
        if known.grantable and (name in named or _by_rule(row["rule"], known, known.folder in modules))
    )  # fmt: skip


def _by_rule(rule: str, known: Permission, of_module: bool) -> bool:  # read once, above
    match rule:
        case "views":
            return known.verb == "view"
        case "modules":
            return of_module and known.verb in {"view", "act"}
        case "module_views":
            return of_module and known.verb == "view"
        case _:
            return rule == "licences" and known.scope == "L"
