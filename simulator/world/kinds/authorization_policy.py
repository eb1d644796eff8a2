"""What members and guests may do by themselves, one policy for each tenant."""

from simulator.world.kinds.kind import Collection
from simulator.world.kinds.tenant_policies import authorization

COLLECTION = Collection("authorizationPolicy", count=lambda _world, _tenant: 1, base=authorization)
