"""Places that Conditional Access policies name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import NamedLocation, NamedLocationVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    type: str = msgspec.field(name="@odata.type", default="")
    display_name: str | None = None
    is_trusted: bool | None = None
    ip_ranges: list[msgspec.Raw] | None = None
    countries_and_regions: list[str] | None = None
    created_date_time: str | None = None
    modified_date_time: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Networks or countries, how many, and whether they are trusted."""
    found = msgspec.json.decode(body, type=_Body)
    name = (found.display_name or "")[:256]
    networks = found.type.endswith(".ipNamedLocation") or found.ip_ranges is not None
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "networks": networks,
        "trusted": bool(found.is_trusted),
        "parts": min(len((found.ip_ranges if networks else found.countries_and_regions) or ()), 32_767),
        "created": found.created_date_time,
        "modified": found.modified_date_time,
    }


KIND = Kind(
    name="named_locations",
    title=_("Named locations"),
    endpoint="/identity/conditionalAccess/namedLocations",
    select=(),  # networks and countries are of two derived types: a selection would have to be of the common one
    version=1,
    permission="Policy.Read.All",
    interval=timedelta(minutes=15),
    how="hash",
    phase=3,
    order=6,
    page=100,
    service="IPC",
    row="R2",
    model=NamedLocation,
    versions=NamedLocationVersion,
    promote=promote,
)
