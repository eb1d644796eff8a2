"""Directory roles that could be activated."""

from simulator.world.kinds.kind import Collection
from simulator.world.kinds.role_definitions import roles

COLLECTION = Collection(
    "directoryRoleTemplates",
    count=lambda _world, _tenant: len(roles()),
    base=lambda _world, _tenant, index: (roles()[index], ()),
)
