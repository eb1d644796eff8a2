"""What apps may do in the tenant on behalf of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import PermissionGrant, PermissionGrantVersion
from tenantry.kernel.text import lazy as _


class _Body(msgspec.Struct, rename="camel"):
    client_id: str | None = None
    resource_id: str | None = None
    consent_type: str | None = None
    principal_id: str | None = None
    scope: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Which app, at which other one, for whom, and what."""
    found = msgspec.json.decode(body, type=_Body)
    everybody = found.consent_type == "AllPrincipals"
    return {
        "client_id": (found.client_id or "")[:36],
        "resource_id": (found.resource_id or "")[:36],
        "principal_id": "" if everybody else (found.principal_id or "")[:36],
        "scope": " ".join((found.scope or "").split())[:8000],
    }


KIND = Kind(
    name="grants",
    title=_("Consents to apps"),
    endpoint="/oauth2PermissionGrants",
    select=("id", "clientId", "resourceId", "consentType", "principalId", "scope"),
    version=1,
    permission="Directory.Read.All",
    interval=timedelta(minutes=60),
    how="hash",
    phase=3,
    order=4,
    row="R4",
    model=PermissionGrant,
    versions=PermissionGrantVersion,
    promote=promote,
)
