"""App registrations of the tenant itself, with secrets and certificates of which some have ended or soon will."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.world.data import table
from simulator.world.draws import draw, guid, plain_guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

GRAPH = "00000003-0000-0000-c000-000000000000"
LIFE = 730
"""Days that a secret lasts (Microsoft Entra: two years at most)."""


def named(seed: int, tenant: Tenant, index: int) -> tuple[str, str]:
    """The application id and the name of the registration at an index."""
    names = table("apps")["own"]
    start, again = draw(seed, tenant.id, "apps")[0], index // len(names)
    name = names[(start + index) % len(names)] + (f" {again + 1}" if again else "")
    return plain_guid(seed, tenant.id, "app", index), name


def roles_of(seed: int, tenant: Tenant, index: int) -> list[str]:
    """The application permissions that the registration at an index asks for; most ask for few."""
    words = draw(seed, tenant.id, "app roles", index)
    known = sorted(table("apps")["roles"])
    return sorted({known[word % len(known)] for word in words[1 : 1 + words[0] % 4]})


def owner(seed: int, tenant: Tenant, index: int) -> str:
    """The id of the user who registered the app at an index."""
    return guid(seed, tenant.id, "user", draw(seed, tenant.id, "app owner", index)[0] % tenant.users)


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    words = draw(world.seed, tenant.id, "application", index)
    app, name = named(world.seed, tenant, index)
    address = f"https://{''.join(c for c in name.lower() if c.isalnum())}.{tenant.default_domain}"
    return {
        "id": guid(world.seed, tenant.id, "application", index), "app": app, "display": name,
        "audience": "AzureADMyOrg" if words[0] % 5 else "AzureADMultipleOrgs", "domain": tenant.default_domain,
        "uris": [f"api://{app}"] if words[1] % 3 == 0 else [], "secrets": secrets(world, tenant, index, words),
        "certificates": _certificates(world, tenant, index, words),
        "needs": _needs(roles_of(world.seed, tenant, index)),
        "web": _web(address, words), "spa": {"redirectUris": []}, "native": {"redirectUris": []},
        "api": {"acceptMappedClaims": None, "knownClientApplications": [], "requestedAccessTokenVersion": 2,
                "oauth2PermissionScopes": [], "preAuthorizedApplications": []},
        "info": {"logoUrl": None, "marketingUrl": None, "privacyStatementUrl": None, "supportUrl": None,
                 "termsOfServiceUrl": None},
        "publisher": {"addedDateTime": None, "displayName": None, "verifiedPublisherId": None},
    }, words  # fmt: skip


def _needs(roles: list[str]) -> list[Base]:
    ids = table("apps")["roles"]
    access = [{"id": ids[role], "type": "Role"} for role in roles]
    access.append({"id": table("apps")["scopes"]["User.Read"], "type": "Scope"})
    return [{"resourceAppId": GRAPH, "resourceAccess": access}]


def _web(address: str, words: Words) -> Base:
    grants = {"enableAccessTokenIssuance": words[2] % 9 == 0, "enableIdTokenIssuance": words[2] % 4 == 0}
    return {
        "homePageUrl": address, "implicitGrantSettings": grants, "logoutUrl": None,
        "redirectUris": [f"{address}/signin"] if words[3] % 3 else [],
    }  # fmt: skip


def secrets(world: World, tenant: Tenant, index: int, words: Words) -> list[Base]:
    """Up to two secrets: one in six has ended, one in six ends within the month."""
    count = (0, 1, 1, 1, 2, 2)[words[6] % 6]
    return [
        _credential(world, tenant, (index, number), words[7 + number])
        | {"displayName": ("Production", "Test")[number], "hint": f"{words[9] % 36**3:03x}"[:3], "secretText": None}
        for number in range(count)
    ]


def _certificates(world: World, tenant: Tenant, index: int, words: Words) -> list[Base]:
    if words[10] % 4:
        return []
    about = {"displayName": f"CN={tenant.default_domain}", "key": None, "type": "AsymmetricX509Cert", "usage": "Verify"}
    return [_credential(world, tenant, (index, 9), words[11]) | about]


def _credential(world: World, tenant: Tenant, place: tuple[int, int], word: int) -> dict[str, Any]:
    """Its end counts from the world's first day, so that what ends soon ends when the clock passes it."""
    left = (-(word // 6 % 300) - 1, word // 6 % 30, *(30 + word // 6 % (LIFE - 30) for _time in range(4)))[word % 6]
    ends = world.epoch + timedelta(days=left)
    return {
        "customKeyIdentifier": None, "endDateTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "keyId": plain_guid(world.seed, tenant.id, "key", *place),
        "startDateTime": f"{ends - timedelta(days=LIFE):%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip


COLLECTION = Collection("applications", count=lambda _world, tenant: tenant.apps, base=_base, ids="application")
