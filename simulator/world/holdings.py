"""What a tenant holds besides people: its own record, its domains and the products it has bought."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.world.draws import plain_guid
from simulator.world.people import assigned_plans
from simulator.world.tenants import Licence, Tenant, products


def organization(tenant: Tenant, epoch: datetime) -> dict[str, Any]:
    """The base values of the tenant's own record."""
    domains = [domain(tenant, number) for number in range(2)]
    plans = assigned_plans(tuple(licence.part for licence in tenant.licences), f"{epoch:%Y-%m-%dT%H:%M:%SZ}")
    return {
        "id": tenant.id,
        "display": tenant.display_name,
        "country": tenant.country,
        "language": "en",
        "synced": True if tenant.synced else None,
        "mails": [f"admin@{tenant.default_domain}"],
        "plans": plans,
        "provisioned": [{"capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": service}
                        for service in dict.fromkeys(one["service"] for one in plans)],
        "privacy": {"contactEmail": f"privacy@{tenant.default_domain}",
                    "statementUrl": f"https://www.{tenant.default_domain}/privacy"},
        "domains": [
            {"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": one["default"],
             "isInitial": one["initial"], "name": one["id"], "type": "Managed"} for one in domains
        ],
    }  # fmt: skip


def domain(tenant: Tenant, index: int) -> dict[str, Any]:
    """The base values of a domain: the default one, then the initial one."""
    name = (tenant.default_domain, tenant.initial_domain)[index]
    return {"id": name, "default": index == 0, "initial": index == 1, "services": ["Email"]}


def sku(seed: int, tenant: Tenant, index: int, consumed: dict[str, int]) -> dict[str, Any]:
    """The base values of a product that the tenant has bought."""
    licence = tenant.licences[index]
    product = products()[licence.part]
    return {
        "id": f"{tenant.id}_{product['id']}", "tenant": tenant.id, "name": tenant.display_name,
        "status": _status(licence), "consumed": consumed.get(product["id"], 0), "sku": product["id"],
        "part": licence.part, "subscriptions": [plain_guid(seed, tenant.id, "subscription", index)],
        "plans": [plan(name, plan_id) for name, plan_id in product["plans"].items()],
        "prepaid": {"enabled": licence.enabled, "suspended": licence.suspended, "warning": licence.warning,
                    "lockedOut": 0},
    }  # fmt: skip


def plan(name: str, plan_id: str, *, on: bool = True) -> dict[str, str]:
    """A service plan as licences list it."""
    status = "Success" if on else "Disabled"
    return {"appliesTo": "User", "provisioningStatus": status, "servicePlanId": plan_id, "servicePlanName": name}


def _status(licence: Licence) -> str:
    if licence.enabled:
        return "Enabled"
    return "Warning" if licence.warning else "Suspended"
