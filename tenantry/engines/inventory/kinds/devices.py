"""Devices that are registered in the tenant's directory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Entry, Kind
from tenantry.engines.inventory.models import TenantDevice, TenantDeviceVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    operating_system: str | None = None
    operating_system_version: str | None = None
    trust_type: str | None = None
    account_enabled: bool | None = None
    is_compliant: bool | None = None
    is_managed: bool | None = None
    manufacturer: str | None = None
    model: str | None = None
    approximate_last_sign_in_date_time: str | None = None
    registration_date_time: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """What lists show, sort and filter by."""
    found = msgspec.json.decode(body, type=_Body)
    name = (found.display_name or "")[:256]
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "system": (found.operating_system or "")[:64],
        "system_version": (found.operating_system_version or "")[:64],
        "trust": (found.trust_type or "")[:16],
        "enabled": found.account_enabled,
        "compliant": found.is_compliant,
        "managed": found.is_managed,
        "model": " ".join(filter(None, (found.manufacturer, found.model)))[:128],
        "signed_in": found.approximate_last_sign_in_date_time,
        "registered": found.registration_date_time,
    }


def entry(columns: Mapping[str, Any]) -> Entry:
    """Found by name."""
    name = columns["display_name"]
    return Entry(name, columns["system"], name.lower())


KIND = Kind(
    name="devices",
    title=_("Devices"),
    endpoint="/devices/delta",
    select=(
        "id", "deviceId", "displayName", "operatingSystem", "operatingSystemVersion", "trustType", "accountEnabled",
        "isCompliant", "isManaged", "manufacturer", "model", "profileType", "approximateLastSignInDateTime",
        "registrationDateTime", "onPremisesSyncEnabled",
    ),
    version=1,
    permission="Device.Read.All",
    interval=timedelta(minutes=15),
    how="delta",
    phase=3,
    order=1,
    row="R7",
    model=TenantDevice,
    versions=TenantDeviceVersion,
    promote=promote,
    count="/devices/$count",
    figures={"devices": "count(*)"},
    entry=entry,
)  # fmt: skip
