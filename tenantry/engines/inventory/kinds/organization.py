"""The tenant's own record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import Organization, OrganizationVersion
from tenantry.kernel.text import lazy as _


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    country_letter_code: str | None = None
    created_date_time: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Name, country, since when."""
    found = msgspec.json.decode(body, type=_Body)
    return {
        "name": (found.display_name or "")[:256],
        "country": (found.country_letter_code or "")[:2],
        "created": found.created_date_time,
    }


KIND = Kind(
    name="organization",
    title=_("Organisation"),
    endpoint="/organization",
    select=(
        "id", "displayName", "countryLetterCode", "preferredLanguage", "tenantType", "createdDateTime",
        "onPremisesSyncEnabled", "technicalNotificationMails", "verifiedDomains", "assignedPlans",
    ),
    version=1,
    permission="Organization.Read.All",
    interval=timedelta(minutes=60),
    how="hash",
    phase=1,
    order=1,
    page=0,
    model=Organization,
    versions=OrganizationVersion,
    promote=promote,
)  # fmt: skip
