"""Delegated permissions: what apps may do for everybody, and for the few users who consented alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from simulator.world.draws import draw, guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.kinds.service_principals import principals
from simulator.world.links import linked
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World


@functools.lru_cache(maxsize=256)
def drawn(seed: int, tenant: Tenant) -> tuple[tuple[int, int | None], ...]:
    """The index of each app that was granted something, and of the user who did so alone."""
    found: list[tuple[int, int | None]] = []
    for index, one in enumerate(principals(seed, tenant)):
        words = draw(seed, tenant.id, "grant", index)
        if one.scopes and (one.verified or not one.publisher):
            found.append((index, None))
        elif one.scopes:
            users = {word % tenant.users for word in words[1 : 2 + words[0] % 3]}
            found += [(index, user) for user in sorted(users)]
    return tuple(found)


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    app, user = drawn(world.seed, tenant)[index]
    client = guid(world.seed, tenant.id, "servicePrincipal", app)
    resource = guid(world.seed, tenant.id, "servicePrincipal", 0)  # Microsoft Graph
    principal = None if user is None else guid(world.seed, tenant.id, "user", user)
    return {
        "id": linked(client, resource, *([principal] if principal else [])), "client": client, "resource": resource,
        "principal": principal, "consent": "Principal" if principal else "AllPrincipals",
        "scope": principals(world.seed, tenant)[app].scopes,
    }, ()  # fmt: skip


COLLECTION = Collection(
    "oauth2PermissionGrants", count=lambda world, tenant: len(drawn(world.seed, tenant)), base=_base
)
