"""What people have registered to sign in with: most have a second factor, some a key, some nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world import people
from simulator.world.draws import draw
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

SECOND = {"microsoftAuthenticatorPush": "push", "mobilePhone": "sms", "softwareOneTimePasscode": "oath"}
"""Methods that can be the preferred second factor, as the report calls each."""


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    person, _words = people.base(world.seed, tenant, index)
    words = draw(world.seed, tenant.id, "registration", index)
    methods = _methods(tenant, words)
    factors = [one for one in methods if one != "email"]
    admins = {one["principalId"] for one in world.assignments(tenant)}
    return {
        "id": person["id"], "upn": person["upn"], "display": person["display"],
        "kind": "guest" if person["user_type"] == "Guest" else "member", "admin": person["id"] in admins,
        "registered": bool(factors), "capable": bool(factors),
        "passwordless": "fido2SecurityKey" in methods or "windowsHelloForBusiness" in methods,
        "reset_registered": len(methods) > 1, "reset_enabled": tenant.p1,
        "reset_capable": tenant.p1 and len(methods) > 1,
        "methods": methods, "preferred": factors[:1], "second": SECOND.get(methods[0], "none") if methods else "none",
        "updated": world.now().strftime("%Y-%m-%dT00:00:00Z"),
    }, words  # fmt: skip


def _methods(tenant: Tenant, words: Words) -> list[str]:
    """In a careful firm nine of ten have a second factor, in a careless one half of them."""
    careful = 90 if tenant.p1 else 55
    if words[0] % 100 >= careful:
        return ["email"] if words[1] % 3 == 0 else []
    found = ["microsoftAuthenticatorPush"] if words[1] % 100 < 75 else ["mobilePhone"]
    found += ["softwareOneTimePasscode"] if words[2] % 100 < 20 else []
    found += ["windowsHelloForBusiness"] if words[3] % 100 < 15 and tenant.p1 else []
    found += ["fido2SecurityKey"] if words[4] % 100 < 6 else []
    return found


COLLECTION = Collection(
    "userRegistrationDetails", count=lambda _world, tenant: tenant.users, base=_base
)  # fmt: skip
