"""The tenant's domains."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import Domain, DomainVersion
from tenantry.kernel.text import lazy as _


class _Body(msgspec.Struct, rename="camel"):
    is_verified: bool | None = None
    is_default: bool | None = None
    is_initial: bool | None = None
    authentication_type: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Whether it is verified, the default, the first; who signs its users in."""
    found = msgspec.json.decode(body, type=_Body)
    return {
        "verified": bool(found.is_verified),
        "default": bool(found.is_default),
        "initial": bool(found.is_initial),
        "authentication": (found.authentication_type or "")[:20],
    }


KIND = Kind(
    name="domains",
    title=_("Domains"),
    endpoint="/domains",
    select=(
        "id", "authenticationType", "isAdminManaged", "isDefault", "isInitial", "isRoot", "isVerified",
        "supportedServices",
    ),
    version=1,
    permission="Domain.Read.All",
    interval=timedelta(minutes=60),
    how="hash",
    phase=1,
    order=2,
    page=0,
    model=Domain,
    versions=DomainVersion,
    promote=promote,
    figures={"domains": "count(*)"},
)  # fmt: skip
