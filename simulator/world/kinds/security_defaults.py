"""Security defaults, one for each tenant."""

from simulator.world.kinds.kind import Collection
from simulator.world.kinds.tenant_policies import security_defaults

COLLECTION = Collection(
    "identitySecurityDefaultsEnforcementPolicy", count=lambda _world, _tenant: 1, base=security_defaults
)
