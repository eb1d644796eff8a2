"""Domains: the default one and the initial one."""

from simulator.world import holdings
from simulator.world.draws import draw
from simulator.world.kinds.kind import Collection

COLLECTION = Collection(
    "domains",
    count=lambda _world, _tenant: 2,
    base=lambda world, tenant, index: (
        holdings.domain(tenant, index), draw(world.seed, tenant.id, "domains", index)),
)  # fmt: skip
