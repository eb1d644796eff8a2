"""The tenant's users, guests included."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import TenantUser, TenantUserVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    user_principal_name: str | None = None
    mail: str | None = None
    user_type: str | None = None
    account_enabled: bool | None = None
    assigned_licenses: list[msgspec.Raw] | None = None
    usage_location: str | None = None
    department: str | None = None
    job_title: str | None = None
    created_date_time: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """What lists show, sort and filter by."""
    found = msgspec.json.decode(body, type=_Body)
    name = (found.display_name or found.user_principal_name or "")[:256]
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "upn": (found.user_principal_name or "")[:254],
        "mail": (found.mail or "")[:254],
        "guest": found.user_type == "Guest",
        "enabled": found.account_enabled,
        "licences": len(found.assigned_licenses or ()),
        "country": (found.usage_location or "")[:2],
        "department": (found.department or "")[:64],
        "job_title": (found.job_title or "")[:128],
        "created": found.created_date_time,
    }


def entry(columns: Mapping[str, Any]) -> Entry:
    """Found by name, sign-in name and address."""
    words = dict.fromkeys((columns["display_name"], columns["upn"], columns["mail"]))
    return Entry(columns["display_name"], columns["upn"], " ".join(words).lower())


KIND = Kind(
    name="users",
    title=_("Users"),
    endpoint="/users/delta",
    select=(
        "id", "displayName", "givenName", "surname", "userPrincipalName", "mail", "userType", "accountEnabled",
        "jobTitle", "department", "officeLocation", "companyName", "usageLocation", "preferredLanguage", "mobilePhone",
        "businessPhones", "createdDateTime", "assignedLicenses", "onPremisesSyncEnabled", "externalUserState",
    ),
    version=1,
    permission="User.Read.All",
    interval=timedelta(minutes=5),
    how="delta",
    phase=2,
    order=1,
    row="R4",
    model=TenantUser,
    versions=TenantUserVersion,
    promote=promote,
    count="/users/$count",
    figures={"users": "count(*) FILTER (WHERE NOT guest)", "guests": "count(*) FILTER (WHERE guest)"},
    entry=entry,
    told="users",
)  # fmt: skip
