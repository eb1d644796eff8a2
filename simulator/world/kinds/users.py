"""Users, guests included."""

from simulator.world import people
from simulator.world.kinds.kind import Collection

COLLECTION = Collection(
    "users",
    count=lambda _world, tenant: tenant.users,
    base=lambda world, tenant, index: people.base(world.seed, tenant, index),
    ids="user",
)
