"""Who holds which directory role: the cast's administrators, then members, guests and apps as drawn."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from simulator.world import people
from simulator.world.draws import draw, guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.kinds.role_definitions import number_of, roles
from simulator.world.kinds.service_principals import first_own
from simulator.world.links import linked
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

Held = tuple[int, str, int]
"""The role's number, and the sort and index of who holds it."""
READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
"""Template of Directory Readers, which apps hold."""


@functools.lru_cache(maxsize=256)
def drawn(seed: int, tenant: Tenant) -> tuple[Held, ...]:
    """The assignments of the seed, each once."""
    found: dict[Held, None] = {}
    for index, role in enumerate(tenant.cast):
        if role.startswith("admin"):
            found[0, "user", index] = None
    weights = [number for number, role in enumerate(roles()) for _time in range(role["weight"])]
    for number in range(tenant.admins):
        words = draw(seed, tenant.id, "role", number)
        index = words[1] % tenant.users
        if not people.cast_at(tenant, index):
            found[weights[words[0] % len(weights)], "user", index] = None
    if tenant.apps > 1:
        found[number_of(READERS), "servicePrincipal", first_own()] = None
    return tuple(found)


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    number, sort, who = drawn(world.seed, tenant)[index]
    role, principal = roles()[number]["template"], guid(world.seed, tenant.id, sort, who)
    return {"id": link(role, principal), "role": role, "principal": principal, "tenant": tenant.id}, ()


def link(role: str, principal: str) -> str:
    """The id of an assignment over the whole directory."""
    return f"{linked(role, principal)}-1"


COLLECTION = Collection("roleAssignments", count=lambda world, tenant: len(drawn(world.seed, tenant)), base=_base)
