"""When people last signed in; Microsoft tells it of tenants with Entra ID P1."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import SignInActivity, SignInActivityVersion
from tenantry.kernel.text import lazy as _


class _Activity(msgspec.Struct, rename="camel"):
    last_sign_in_date_time: str | None = None
    last_non_interactive_sign_in_date_time: str | None = None
    last_successful_sign_in_date_time: str | None = None


class _Body(msgspec.Struct, rename="camel"):
    sign_in_activity: _Activity | None = None


def promote(body: bytes) -> dict[str, Any]:
    """The three moments that Microsoft knows."""
    found = msgspec.json.decode(body, type=_Body).sign_in_activity or _Activity()
    return {
        "last": found.last_sign_in_date_time,
        "quiet": found.last_non_interactive_sign_in_date_time,
        "succeeded": found.last_successful_sign_in_date_time,
    }


KIND = Kind(
    name="sign_in_activity",
    title=_("Sign-in activity"),
    endpoint="/users?$select=signInActivity",
    select=("id", "signInActivity"),
    version=1,
    permission="AuditLog.Read.All",
    interval=timedelta(hours=12),
    how="hash",
    phase=3,
    order=6,
    page=120,
    service="RPT",
    row="R4",
    model=SignInActivity,
    versions=SignInActivityVersion,
    promote=promote,
)
