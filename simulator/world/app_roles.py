"""Application permissions that apps hold at Microsoft Graph: those of the seed, and those consented to since."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.world.data import table
from simulator.world.draws import draw, guid, plain_guid
from simulator.world.kinds.service_principals import principals
from simulator.world.links import linked
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World


def held(world: World, tenant: Tenant, principal: str) -> list[dict[str, Any]]:
    """The base values of the assignments of a service principal of the seed."""
    index = world.index(tenant, "servicePrincipals", principal)
    if index is None:
        return []
    one = principals(world.seed, tenant)[index]
    days = 30 + draw(world.seed, tenant.id, "consented", index)[0] % 900
    created = f"{world.epoch - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
    graph = guid(world.seed, tenant.id, "servicePrincipal", 0)
    return [
        {"id": linked(principal, plain_guid(world.seed, tenant.id, "held", index, role)), "created": created,
         "role": table("apps")["roles"][role], "principal": principal, "principal_name": one.name,
         "sort": "ServicePrincipal", "resource": graph, "resource_name": "Microsoft Graph"}
        for role in one.roles
    ]  # fmt: skip
