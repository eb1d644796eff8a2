"""The tenant's groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import TenantGroup, TenantGroupVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    mail: str | None = None
    group_types: list[str] | None = None
    resource_provisioning_options: list[str] | None = None
    security_enabled: bool | None = None
    created_date_time: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """What lists show, sort and filter by."""
    found = msgspec.json.decode(body, type=_Body)
    name, types = (found.display_name or "")[:256], found.group_types or ()
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "mail": (found.mail or "")[:254],
        "unified": "Unified" in types,
        "team": "Team" in (found.resource_provisioning_options or ()),
        "security": bool(found.security_enabled),
        "dynamic": "DynamicMembership" in types,
        "created": found.created_date_time,
    }


def entry(columns: Mapping[str, Any]) -> Entry:
    """Found by name and address."""
    return Entry(columns["display_name"], columns["mail"], f"{columns['display_name']} {columns['mail']}".lower())


KIND = Kind(
    name="groups",
    title=_("Groups"),
    endpoint="/groups/delta",
    select=(
        "id", "displayName", "description", "mail", "mailEnabled", "mailNickname", "securityEnabled", "groupTypes",
        "visibility", "createdDateTime", "renewedDateTime", "membershipRule", "membershipRuleProcessingState",
        "resourceProvisioningOptions", "isAssignableToRole",
    ),
    version=1,
    permission="GroupMember.Read.All",
    interval=timedelta(minutes=5),
    how="delta",
    phase=2,
    order=2,
    row="R4",
    links=("members", "owners"),
    model=TenantGroup,
    versions=TenantGroupVersion,
    promote=promote,
    count="/groups/$count",
    figures={"groups": "count(*)"},
    entry=entry,
    told="groups",
)  # fmt: skip
