"""Licences that the tenant has bought."""

from simulator.world import holdings
from simulator.world.draws import draw
from simulator.world.kinds.kind import Collection

COLLECTION = Collection(
    "subscribedSkus",
    count=lambda _world, tenant: len(tenant.licences),
    base=lambda world, tenant, index: (
        holdings.sku(world.seed, tenant, index, world.consumed(tenant)),
        draw(world.seed, tenant.id, "subscribedSkus", index)),
)  # fmt: skip
