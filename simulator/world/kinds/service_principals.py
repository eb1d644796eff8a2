"""Apps that may act in the tenant: Microsoft's first, then its own registrations, then those of other firms."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.world.data import table
from simulator.world.draws import draw, guid, plain_guid
from simulator.world.kinds import applications
from simulator.world.kinds.applications import GRAPH
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""The tenant that owns Microsoft's own apps."""


@dataclass(frozen=True)
class Principal:
    """What an app is in the tenant, and what it was allowed."""

    app: str
    name: str
    owner: str
    roles: tuple[str, ...] = ()
    scopes: str = ""
    publisher: str = ""
    verified: bool = False
    native: bool = False  # Microsoft's own


@functools.lru_cache(maxsize=256)
def principals(seed: int, tenant: Tenant) -> tuple[Principal, ...]:
    """All apps of the seed in their order."""
    theirs = [Principal(one["app"], one["name"], MICROSOFT, native=True) for one in table("apps")["microsoft"]]
    own = []
    for index in range(tenant.apps):
        app, name = applications.named(seed, tenant, index)
        roles = applications.roles_of(seed, tenant, index)
        own.append(Principal(app, name, tenant.id, tuple(roles), "User.Read"))
    return (*theirs, *own, *_others(seed, tenant))


def _others(seed: int, tenant: Tenant) -> list[Principal]:
    known: list[dict[str, Any]] = table("apps")["others"]
    words = draw(seed, tenant.id, "others")
    count = min(len(known), 1 + tenant.apps)
    chosen = [known[(words[0] + number * 5) % len(known)] for number in range(count)]  # 5 and 12 share no divisor
    return [
        Principal(plain_guid(0, "other app", one["name"]), one["name"], plain_guid(0, "other firm", one["publisher"]),
                  tuple(one["roles"]), one["scopes"], one["publisher"], one["verified"]) for one in chosen
    ]  # fmt: skip


def first_own() -> int:
    """The index of the first principal of a tenant's own app."""
    return len(table("apps")["microsoft"])


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    one = principals(world.seed, tenant)[index]
    words = draw(world.seed, tenant.id, "servicePrincipal", index)
    host = tenant.default_domain if one.owner == tenant.id else "apps.example"
    home = None if one.native else f"https://{one.app[:8]}.{host}"
    publisher = one.publisher if one.verified else None
    return values(one, guid(world.seed, tenant.id, "servicePrincipal", index)) | {
        "enabled": one.native or words[0] % 12 > 0, "homepage": home, "replies": [f"{home}/signin"] if home else [],
        "publisher": {"addedDateTime": "2023-01-15T09:00:00Z" if publisher else None, "displayName": publisher,
                      "verifiedPublisherId": str(words[1] % 10**7) if publisher else None},
    }, words  # fmt: skip


def values(one: Principal, object_id: str) -> Base:
    """The values of any app's principal."""
    graph = one.app == GRAPH
    return {
        "id": object_id, "app": one.app, "display": one.name, "enabled": True, "owner": one.owner,
        "sort": "Application", "audience": "AzureADMultipleOrgs" if one.publisher or one.native else "AzureADMyOrg",
        "names": [one.app], "replies": [], "homepage": None, "secrets": [],
        "roles": _roles() if graph else [], "scopes": _scopes() if graph else [],
        "tags": [] if one.native else ["WindowsAzureActiveDirectoryIntegratedApp"], "description": None,
        "publisher": {"addedDateTime": None, "displayName": None, "verifiedPublisherId": None},
        "info": {"logoUrl": None, "marketingUrl": None, "privacyStatementUrl": None, "supportUrl": None,
                 "termsOfServiceUrl": None},
    }  # fmt: skip


@functools.cache
def role_ids() -> dict[str, str]:
    """The ids of Microsoft Graph's application permissions; those that we do not know are made up."""
    made_up = {name: plain_guid(0, "application permission", name) for name in table("apps")["offered"]}
    known: dict[str, str] = table("apps")["roles"]
    return known | made_up


@functools.cache
def _roles() -> list[Base]:
    return [
        {"allowedMemberTypes": ["Application"], "description": f"Lets the app use {name} without a signed-in user.",
         "displayName": name, "id": role, "isEnabled": True, "origin": "Application", "value": name}
        for name, role in role_ids().items()
    ]  # fmt: skip


@functools.cache
def _scopes() -> list[Base]:
    return [
        {"adminConsentDescription": f"Lets the app use {name} for the signed-in user.", "adminConsentDisplayName": name,
         "id": scope, "isEnabled": True, "type": "User", "userConsentDescription": None, "userConsentDisplayName": None,
         "value": name} for name, scope in table("apps")["scopes"].items()
    ]  # fmt: skip


COLLECTION = Collection(
    "servicePrincipals",
    count=lambda world, tenant: len(principals(world.seed, tenant)),
    base=_base,
    ids="servicePrincipal",
)
