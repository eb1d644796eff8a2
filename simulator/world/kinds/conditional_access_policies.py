"""Conditional access policies: what careful firms have, and what the others have left half done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.world.data import table
from simulator.world.draws import draw, guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

REPORT_ONLY = "enabledForReportingButNotEnforced"


def _count(world: World, tenant: Tenant) -> int:
    known = len(table("policies")["policies"])
    return min(known, 2 + draw(world.seed, tenant.id, "policies")[0] % (known - 1)) if tenant.p1 else 0


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    policy = table("policies")["policies"][index]
    words = draw(world.seed, tenant.id, "policy", index)
    controls = policy.get("controls")
    return {
        "id": guid(world.seed, tenant.id, "policy", index), "display": policy["name"],
        "template": policy.get("template"), "state": _state(policy["on"], words[0]),
        "conditions": _conditions(world, tenant, policy, words),
        "session": _session() if policy.get("session") else None,
        "grants": {"operator": "OR", "builtInControls": controls, "customAuthenticationFactors": [], "termsOfUse": []}
                  if controls else None,
    }, words  # fmt: skip


def _state(share: int, word: int) -> str:
    if word % 100 < share:
        return "enabled"
    return REPORT_ONLY if word // 100 % 2 else "disabled"


def _conditions(world: World, tenant: Tenant, policy: dict[str, Any], words: Words) -> Base:
    return {
        "applications": {"includeApplications": policy.get("apps", ["All"]), "excludeApplications": [],
                         "includeUserActions": [], "includeAuthenticationContextClassReferences": [],
                         "applicationFilter": None},
        "users": _users(world, tenant, policy, words), "clientAppTypes": policy.get("clients", ["all"]),
        "userRiskLevels": [], "signInRiskLevels": policy.get("risk", []), "servicePrincipalRiskLevels": [],
        "insiderRiskLevels": None, "platforms": _platforms(policy), "devices": None, "clientApplications": None,
        "authenticationFlows": None, "locations": _places(world, tenant) if policy.get("locations") else None,
    }  # fmt: skip


def _users(world: World, tenant: Tenant, policy: dict[str, Any], words: Words) -> Base:
    """Roles or guests or all; the emergency account is left out, and in a careless firm a whole group."""
    everybody = not policy.get("roles") and not policy.get("guests")
    careless = words[1] % 4 == 0
    return {
        "includeUsers": ["All"] if everybody else [], "includeRoles": policy.get("roles", []), "includeGroups": [],
        "excludeUsers": [guid(world.seed, tenant.id, "user", 0)] if words[2] % 2 else [], "excludeRoles": [],
        "excludeGroups": [guid(world.seed, tenant.id, "group", words[3] % tenant.groups)] if careless else [],
        "includeGuestsOrExternalUsers": _guests() if policy.get("guests") else None,
        "excludeGuestsOrExternalUsers": None,
    }  # fmt: skip


def _guests() -> Base:
    return {"guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest", "externalTenants": None}


def _platforms(policy: dict[str, Any]) -> Base | None:
    named = policy.get("platforms")
    return {"includePlatforms": named, "excludePlatforms": []} if named else None


def _places(world: World, tenant: Tenant) -> Base:
    return {"includeLocations": ["All"], "excludeLocations": [guid(world.seed, tenant.id, "place", 0)]}


def _session() -> Base:
    return {
        "disableResilienceDefaults": None, "applicationEnforcedRestrictions": None,
        "cloudAppSecurity": {"cloudAppSecurityType": "monitorOnly", "isEnabled": True},
        "signInFrequency": {"value": 8, "type": "hours", "isEnabled": True, "frequencyInterval": "timeBased",
                            "authenticationType": "primaryAndSecondaryAuthentication"},
        "persistentBrowser": {"mode": "never", "isEnabled": True},
        "secureSignInSession": None,
    }  # fmt: skip


COLLECTION = Collection("conditionalAccessPolicies", count=_count, base=_base, ids="policy")
