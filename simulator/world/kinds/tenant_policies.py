"""Policies of which a tenant has one each: careful firms have closed what Microsoft leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.draws import draw
from simulator.world.kinds.kind import Base, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

MEMBER, GUEST, RESTRICTED = (
    "a0b1b346-4d3e-4e8b-98f8-753987be4970",
    "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    "2af84b1e-32c8-42b7-82bc-daa82404023b",
)
"""What guests may see: as much as members, less, or only themselves."""
METHODS = ("MicrosoftAuthenticator", "Fido2", "Sms", "Voice", "Email", "SoftwareOath", "TemporaryAccessPass",
           "X509Certificate")  # fmt: skip


def security_defaults(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    """On in three of four firms that cannot have Conditional Access."""
    words = draw(world.seed, tenant.id, "defaults", index)
    return {"on": not tenant.p1 and words[0] % 4 > 0}, words


def authorization(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    """Open as Microsoft delivers it, or closed."""
    words = draw(world.seed, tenant.id, "authorization", index)
    careful = words[0] % 100 < 45
    consent = "ManagePermissionGrantsForSelf.microsoft-user-default-low"
    return {
        "invites": "adminsAndGuestInviters" if careful else "everyone", "trials": not careful, "reset": True,
        "risky": False, "msol": careful, "guests": (RESTRICTED if words[1] % 2 else GUEST) if careful else MEMBER,
        "members": {
            "allowedToCreateApps": not careful, "allowedToCreateSecurityGroups": not careful,
            "allowedToCreateTenants": not careful, "allowedToReadBitlockerKeysForOwnedDevice": True,
            "allowedToReadOtherUsers": True, "permissionGrantPoliciesAssigned": [] if careful else [consent],
        },
    }, words  # fmt: skip


def authentication_methods(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    """Authenticator and security keys nearly everywhere, text messages and calls where nobody has looked."""
    words = draw(world.seed, tenant.id, "methods", index)
    careful = words[0] % 100 < 45
    on = {"MicrosoftAuthenticator", "Fido2", "TemporaryAccessPass"} | (set() if careful else {"Sms", "Voice", "Email"})
    target = {"id": "all_users", "targetType": "group"}
    return {
        "migration": "migrationComplete" if careful else "preMigration",
        "campaign": {"authenticationMethodsRegistrationCampaign": {
            "snoozeDurationInDays": 1, "state": "enabled" if careful else "default", "excludeTargets": [],
            "includeTargets": [target | {"targetedAuthenticationMethod": "microsoftAuthenticator"}]}},
        "methods": [{"@odata.type": _type(name), "id": name, "state": "enabled" if name in on else "disabled",
                     "excludeTargets": []} for name in METHODS],
    }, words  # fmt: skip


def _type(name: str) -> str:
    return f"#microsoft.graph.{name[0].lower()}{name[1:]}AuthenticationMethodConfiguration"
