"""Apps that are present in the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import ServicePrincipal, ServicePrincipalVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    app_id: str | None = None
    service_principal_type: str | None = None
    app_owner_organization_id: str | None = None
    account_enabled: bool | None = None
    app_role_assignment_required: bool | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Name, kind, whose it is, and who may use it."""
    found = msgspec.json.decode(body, type=_Body)
    name = (found.display_name or "")[:256]
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "app_id": (found.app_id or "")[:36],
        "type": (found.service_principal_type or "")[:24],
        "owner_tenant": (found.app_owner_organization_id or "")[:36].lower(),
        "enabled": found.account_enabled,
        "assigned_only": bool(found.app_role_assignment_required),
    }


def entry(columns: Mapping[str, Any]) -> Entry:
    """Found by name and id."""
    name, app_id = columns["display_name"], columns["app_id"]
    return Entry(name, app_id, f"{name} {app_id}".lower())


KIND = Kind(
    name="service_principals",
    title=_("Enterprise apps"),
    endpoint="/servicePrincipals/delta",
    select=(
        "id", "appId", "displayName", "servicePrincipalType", "appOwnerOrganizationId", "accountEnabled",
        "appRoleAssignmentRequired", "signInAudience", "tags",
    ),
    version=1,
    permission="Application.Read.All",
    interval=timedelta(minutes=60),
    how="delta",
    phase=3,
    order=3,
    row="R4",
    model=ServicePrincipal,
    versions=ServicePrincipalVersion,
    promote=promote,
    entry=entry,
)  # fmt: skip
