"""Apps that somebody consented to since the seed: they are in the directory as service principals and grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator import schema
from simulator.journal import Change, changing
from simulator.world.draws import guid, plain_guid
from simulator.world.kinds import service_principals
from simulator.world.kinds.service_principals import Principal
from simulator.world.links import linked
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

GRANTS = "oauth2PermissionGrants"


@dataclass(frozen=True)
class Present:
    """An app as the directory shows it: id, name, and the tenant it is registered in if that is of this world."""

    app: str
    name: str
    home: str | None


def appear(world: World, tenant: Tenant, one: Present) -> str:
    """Put an app into the directory; returns the id of its service principal."""
    kind = schema.kind("servicePrincipals")
    with changing(world, tenant) as change:
        order = change.write.next(f"made/{tenant.id}")
        object_id = guid(world.seed, tenant.id, "made", order)
        home = one.home or plain_guid(0, "home of an app", one.app)
        base = service_principals.values(Principal(one.app, one.name, home), object_id)
        base["audience"] = "AzureADMyOrg" if home == tenant.id else "AzureADMultipleOrgs"
        make = schema.maker(kind, tuple(kind.properties), schema.Clock(world.epoch, world.now().date()))
        change.keep(kind.entity, object_id, {"made": make(base, ()), "order": order})
    return object_id


def vanish(world: World, tenant: Tenant, object_id: str) -> None:
    """Take a service principal out of the directory, with what was granted to it."""
    granted = [grant for grant, difference in world.differences(tenant, GRANTS).items()
               if difference.get("made", {}).get("clientId") == object_id]  # fmt: skip
    with changing(world, tenant) as change:
        change.keep("servicePrincipals", object_id, {"gone": True})
        for grant in granted:
            change.keep(GRANTS, grant, {"gone": True})


def enable(world: World, tenant: Tenant, object_id: str, *, enabled: bool) -> None:
    """Let a service principal sign in, or not."""
    with changing(world, tenant) as change:
        known = change.known("servicePrincipals", object_id)
        if "made" in known and known["made"]["accountEnabled"] is not enabled:
            known["made"]["accountEnabled"] = enabled
            change.keep("servicePrincipals", object_id, known)


def allow(world: World, tenant: Tenant, object_id: str, scopes: list[str], user: str | None = None) -> None:
    """Grant delegated permissions to a service principal: for everybody, or for one user; none take the grant away."""
    graph = guid(world.seed, tenant.id, "servicePrincipal", 0)
    grant = linked(object_id, graph, *([user] if user else []))
    with changing(world, tenant) as change:
        known = change.known(GRANTS, grant)
        if scopes:
            made = {"id": grant, "clientId": object_id, "consentType": "Principal" if user else "AllPrincipals",
                    "principalId": user, "resourceId": graph, "scope": " ".join(scopes)}  # fmt: skip
            order = known.get("order") or change.write.next(f"made/{tenant.id}")
            _keep_new(change, grant, {"made": made, "order": order}, known)
        elif "made" in known:
            change.keep(GRANTS, grant, {"gone": True})


def _keep_new(change: Change, grant: str, value: dict[str, Any], known: dict[str, Any]) -> None:
    if known.get("made") != value["made"]:
        change.keep(GRANTS, grant, value)
