"""Directory roles as the older path shows them: only those that are activated, which is those that somebody holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.draws import guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.kinds.role_assignments import drawn
from simulator.world.kinds.role_definitions import roles
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World


def activated(seed: int, tenant: Tenant) -> list[int]:
    """The numbers of the roles that the seed's assignments activate."""
    return sorted({number for number, _sort, _index in drawn(seed, tenant)})


def shown(seed: int, tenant: Tenant, number: int) -> Base:
    """The values of an activated role."""
    return roles()[number] | {"id": guid(seed, tenant.id, "role", number)}


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    return shown(world.seed, tenant, activated(world.seed, tenant)[index]), ()


COLLECTION = Collection("directoryRoles", count=lambda world, tenant: len(activated(world.seed, tenant)), base=_base)
