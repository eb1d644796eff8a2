"""Groups: teams, mailing lists, security groups, and those that a rule fills."""

from simulator.world import people
from simulator.world.kinds.kind import Collection

COLLECTION = Collection(
    "groups",
    count=lambda _world, tenant: tenant.groups,
    base=lambda world, tenant, index: people.group_base(world.seed, tenant, index),
    ids="group",
)
