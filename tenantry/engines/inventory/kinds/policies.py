"""Policies of which a tenant has one: security defaults, and what members and guests may do by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import TenantPolicy, TenantPolicyVersion
from tenantry.kernel.text import lazy as _


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    is_enabled: bool | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Its name, and whether it is on, of one that is on or off."""
    found = msgspec.json.decode(body, type=_Body)
    return {"display_name": (found.display_name or "")[:256], "on": found.is_enabled}


KIND = Kind(
    name="policies",
    title=_("Tenant policies"),
    endpoint="/policies/identitySecurityDefaultsEnforcementPolicy",
    further=("/policies/authorizationPolicy",),
    select=(),
    version=1,
    permission="Policy.Read.All",
    interval=timedelta(minutes=15),
    how="hash",
    phase=2,
    order=7,
    page=0,
    row="R2",
    model=TenantPolicy,
    versions=TenantPolicyVersion,
    promote=promote,
)
