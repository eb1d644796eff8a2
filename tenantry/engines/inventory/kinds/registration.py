"""What people have registered to sign in with; Microsoft is up to a day behind with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import Registration, RegistrationVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    user_display_name: str | None = None
    user_principal_name: str | None = None
    user_type: str | None = None
    is_admin: bool | None = None
    is_mfa_capable: bool | None = None
    is_passwordless_capable: bool | None = None
    methods_registered: list[str] | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Who it is, whether a second factor can be asked for, and with what."""
    found = msgspec.json.decode(body, type=_Body)
    name = (found.user_display_name or found.user_principal_name or "")[:256]
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "upn": (found.user_principal_name or "")[:254],
        "guest": found.user_type == "guest",
        "admin": found.is_admin,
        "capable": found.is_mfa_capable,
        "passwordless": found.is_passwordless_capable,
        "methods": [method[:60] for method in found.methods_registered or ()],
    }


KIND = Kind(
    name="registration",
    title=_("Registered sign-in methods"),
    endpoint="/reports/authenticationMethods/userRegistrationDetails",
    # not when the report was made: a daily date would make every object another one each day
    select=(
        "id", "userDisplayName", "userPrincipalName", "userType", "isAdmin", "isMfaRegistered", "isMfaCapable",
        "isPasswordlessCapable", "isSsprRegistered", "isSsprEnabled", "isSsprCapable", "methodsRegistered",
    ),
    version=1,
    permission="AuditLog.Read.All",
    interval=timedelta(hours=6),
    how="hash",
    phase=3,
    order=7,
    page=1000,
    service="RPT",
    lag=timedelta(hours=24),
    row="R4",
    model=Registration,
    versions=RegistrationVersion,
    promote=promote,
    figures={
        "members_registered": "count(*) FILTER (WHERE capable AND NOT guest)",
        "members_unregistered": "count(*) FILTER (WHERE NOT capable AND NOT guest)",
    },
)  # fmt: skip
