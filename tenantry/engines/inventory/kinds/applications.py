"""Apps that are registered in the tenant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import Application, ApplicationVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Credential(msgspec.Struct, rename="camel"):
    end_date_time: str | None = None


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    app_id: str | None = None
    sign_in_audience: str | None = None
    created_date_time: str | None = None
    password_credentials: list[_Credential] | None = None
    key_credentials: list[_Credential] | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Name, whom it is for, and when the first of its secrets and certificates ends."""
    found = msgspec.json.decode(body, type=_Body)
    name = (found.display_name or "")[:256]
    credentials = [*(found.password_credentials or ()), *(found.key_credentials or ())]
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "app_id": (found.app_id or "")[:36],
        "audience": (found.sign_in_audience or "")[:40],
        "credentials": len(credentials),
        "expires": min((one.end_date_time for one in credentials if one.end_date_time), default=None),
        "created": found.created_date_time,
    }


def entry(columns: Mapping[str, Any]) -> Entry:
    """Found by name and id."""
    name, app_id = columns["display_name"], columns["app_id"]
    return Entry(name, app_id, f"{name} {app_id}".lower())


KIND = Kind(
    name="applications",
    title=_("App registrations"),
    endpoint="/applications",
    select=(
        "id", "appId", "displayName", "signInAudience", "createdDateTime", "publisherDomain", "passwordCredentials",
        "keyCredentials", "requiredResourceAccess",
    ),
    version=1,
    permission="Application.Read.All",
    interval=timedelta(minutes=60),
    how="hash",
    phase=3,
    order=2,
    row="R4",
    model=Application,
    versions=ApplicationVersion,
    promote=promote,
    figures={"applications": "count(*)"},
    entry=entry,
)  # fmt: skip
