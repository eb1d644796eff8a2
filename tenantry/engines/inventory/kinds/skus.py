"""What the tenant has bought."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.catalogue import product
from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import Sku, SkuVersion
from tenantry.kernel.text import lazy as _


class _Units(msgspec.Struct):
    enabled: int = 0
    warning: int = 0
    suspended: int = 0


class _Body(msgspec.Struct, rename="camel"):
    sku_id: str | None = None
    sku_part_number: str | None = None
    capability_status: str | None = None
    consumed_units: int | None = None
    prepaid_units: _Units | None = None


def promote(body: bytes) -> dict[str, Any]:
    """The product, its state, and its units; enabled and warning units may be used."""
    found = msgspec.json.decode(body, type=_Body)
    known, units = product(found.sku_id or ""), found.prepaid_units or _Units()
    part = (found.sku_part_number or "")[:120]
    return {
        "sku_id": found.sku_id or "",
        "part_number": part,
        "title": known.title[:200] if known else part,
        "status": (found.capability_status or "")[:16],
        "counted": known.counted if known else "unknown",
        "bought": units.enabled + units.warning,
        "suspended": units.suspended,
        "assigned": found.consumed_units or 0,
    }


KIND = Kind(
    name="skus",
    title=_("Licences"),
    endpoint="/subscribedSkus",
    select=(
        "id", "skuId", "skuPartNumber", "appliesTo", "capabilityStatus", "consumedUnits", "prepaidUnits",
        "servicePlans", "subscriptionIds",
    ),
    version=1,
    permission="LicenseAssignment.Read.All",
    interval=timedelta(minutes=15),
    how="hash",
    phase=1,
    order=3,
    page=0,
    model=Sku,
    versions=SkuVersion,
    promote=promote,
    figures={
        "seats_bought": "coalesce(sum(bought) FILTER (WHERE counted = 'm365'), 0)",
        "seats_assigned": "coalesce(sum(assigned) FILTER (WHERE counted = 'm365'), 0)",
        "unknown_products": "count(*) FILTER (WHERE counted = 'unknown')",
    },
)  # fmt: skip
