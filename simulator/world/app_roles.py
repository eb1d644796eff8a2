"""Application permissions that apps hold at Microsoft Graph: those of the seed, and those consented to since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.world.draws import draw, guid, plain_guid
from simulator.world.kinds.service_principals import principals, role_ids
from simulator.world.links import linked
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World


def held(world: World, tenant: Tenant, principal: str) -> list[dict[str, Any]]:
    """The base values of the assignments of a service principal."""
    difference = world.difference(tenant, "servicePrincipals", principal) or {}
    if "gone" in difference:
        return []
    if "made" in difference:
        return _consented(world, tenant, difference["made"])
    index = world.index(tenant, "servicePrincipals", principal)
    if index is None:
        return []
    one = principals(world.seed, tenant)[index]
    days = 30 + draw(world.seed, tenant.id, "consented", index)[0] % 900
    created = f"{world.epoch - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
    return [_held(world, tenant, (principal, one.name), role, created) for role in one.roles]


def _consented(world: World, tenant: Tenant, made: dict[str, Any]) -> list[dict[str, Any]]:
    """What was consented to since the seed, as the sign-in part keeps it."""
    record = world.store.read(f"p/{tenant.id}/{made['appId']}".encode()) or {}
    created = f"{datetime.fromtimestamp(record.get('changed_at', 0), UTC):%Y-%m-%dT%H:%M:%SZ}"
    known = [role for role in record.get("roles", ()) if role in role_ids()]
    return [_held(world, tenant, (made["id"], made["displayName"]), role, created) for role in known]


def _held(world: World, tenant: Tenant, who: tuple[str, str], role: str, created: str) -> dict[str, Any]:
    principal, name = who
    return {
        "id": linked(principal, plain_guid(world.seed, tenant.id, "held", principal, role)), "created": created,
        "role": role_ids()[role], "principal": principal, "principal_name": name, "sort": "ServicePrincipal",
        "resource": guid(world.seed, tenant.id, "servicePrincipal", 0), "resource_name": "Microsoft Graph",
    }  # fmt: skip
