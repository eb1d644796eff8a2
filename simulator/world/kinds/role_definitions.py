"""Directory roles as the newer path shows them; the simulator names one action of each, not Microsoft's long lists."""

from __future__ import annotations

import functools
from typing import Any

from simulator.world.data import table
from simulator.world.kinds.kind import Base, Collection


@functools.cache
def roles() -> list[dict[str, Any]]:
    """The roles in their order."""
    found: list[dict[str, Any]] = table("roles")["roles"]
    return found


@functools.cache
def number_of(template: str) -> int:
    """The place of a role; KeyError for a template that does not exist."""
    return {role["template"]: number for number, role in enumerate(roles())}[template]


def _base(index: int) -> Base:
    role = roles()[index]
    actions = [{"allowedResourceActions": role["actions"], "excludedResourceActions": [], "condition": None}]
    return role | {"permissions": actions}


COLLECTION = Collection(
    "roleDefinitions",
    count=lambda _world, _tenant: len(roles()),
    base=lambda _world, _tenant, index: (_base(index), ()),
)
