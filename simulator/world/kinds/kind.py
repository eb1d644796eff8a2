"""What a collection says of itself: how many objects the seed makes, and the hidden values of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

Base = dict[str, Any]
Words = tuple[int, ...]


@dataclass(frozen=True)
class Collection:
    """The objects that the seed makes of one kind; `ids` names the sort of GUID that decodes to their index."""

    entity: str
    count: Callable[[World, Tenant], int]
    base: Callable[[World, Tenant, int], tuple[Base, Words]]
    ids: str = ""
