"""The tenant's own record."""

from simulator.world import holdings
from simulator.world.draws import draw
from simulator.world.kinds.kind import Collection

COLLECTION = Collection(
    "organization",
    count=lambda _world, _tenant: 1,
    base=lambda world, tenant, index: (
        holdings.organization(tenant, world.epoch), draw(world.seed, tenant.id, "organization", index)),
)  # fmt: skip
