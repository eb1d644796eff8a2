"""What apps were allowed: the permissions that a service principal holds, those held at it, and its grants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph.collections import Items, Source
from simulator.graph.problems import unknown_property
from simulator.world import Tenant, app_roles


def assigned_to(cloud: Cloud, tenant: Tenant, principal: str) -> Source:
    """The application permissions of a service principal."""
    return _source(cloud, app_roles.held(cloud.world, tenant, principal), f"appRoleAssignments/{principal}")


def assigned_at(cloud: Cloud, tenant: Tenant, principal: str) -> Source:
    """The application permissions that others hold at a service principal, which only Microsoft Graph offers here."""
    everybody = cloud.world.objects(tenant, "servicePrincipals", ("id",))
    held = [one for _at, item in everybody for one in app_roles.held(cloud.world, tenant, item["id"])]
    return _source(cloud, [one for one in held if one["resource"] == principal], f"appRoleAssignedTo/{principal}")


def granted_to(cloud: Cloud, tenant: Tenant, principal: str) -> Source:
    """The delegated permissions of a service principal."""
    kind = schema.kind("oauth2PermissionGrants")

    def read(names: tuple[str, ...], start: int) -> Items:
        wanted = tuple(dict.fromkeys((*names, "clientId")))
        everything = cloud.world.objects(tenant, "oauth2PermissionGrants", wanted)
        mine = [item for _at, item in everything if item["clientId"] == principal]
        return iter(list(enumerate(mine, 1))[start:])

    return Source(kind, read, path=f"oauth2PermissionGrants/{principal}")


def shown(cloud: Cloud, tenant: Tenant, principal: str, select: tuple[str, ...]) -> list[dict[str, Any]]:
    """The application permissions of a service principal as $expand shows them."""
    kind = schema.kind("appRoleAssignments")
    for name in select:
        if name not in kind.properties:
            raise unknown_property(name, kind.type)
    return [item for _at, item in assigned_to(cloud, tenant, principal).read(kind.chosen(select), 0)]


def _source(cloud: Cloud, bases: Iterable[dict[str, Any]], path: str) -> Source:
    kind, clock = schema.kind("appRoleAssignments"), schema.Clock(cloud.world.epoch, cloud.world.now().date())

    def read(names: tuple[str, ...], start: int) -> Items:
        make = schema.maker(kind, names, clock)
        return ((number, make(base, ())) for number, base in list(enumerate(bases, 1))[start:])

    return Source(kind, read, path=path)
