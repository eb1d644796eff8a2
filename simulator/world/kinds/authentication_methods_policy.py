"""Which sign-in methods are allowed, one policy for each tenant."""

from simulator.world.kinds.kind import Collection
from simulator.world.kinds.tenant_policies import authentication_methods

COLLECTION = Collection("authenticationMethodsPolicy", count=lambda _world, _tenant: 1, base=authentication_methods)
