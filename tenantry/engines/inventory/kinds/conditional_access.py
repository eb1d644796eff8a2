"""The tenant's Conditional Access policies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import AccessPolicy, AccessPolicyVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Users(msgspec.Struct, rename="camel"):
    include_users: list[str] | None = None


class _Applications(msgspec.Struct, rename="camel"):
    include_applications: list[str] | None = None


class _Conditions(msgspec.Struct):
    users: _Users | None = None
    applications: _Applications | None = None


class _Grant(msgspec.Struct, rename="camel"):
    built_in_controls: list[str] | None = None
    authentication_strength: msgspec.Raw | None = None


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    state: str | None = None
    conditions: _Conditions | None = None
    grant_controls: _Grant | None = None
    created_date_time: str | None = None
    modified_date_time: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """State, whether it is for everybody and every app, and what it asks for."""
    found = msgspec.json.decode(body, type=_Body)
    name, conditions = (found.display_name or "")[:256], found.conditions or _Conditions()
    users, apps = conditions.users or _Users(), conditions.applications or _Applications()
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "state": (found.state or "")[:40],
        "everyone": "All" in (users.include_users or ()),
        "every_app": "All" in (apps.include_applications or ()),
        "controls": _controls(found.grant_controls or _Grant()),
        "created": found.created_date_time,
        "modified": found.modified_date_time,
    }


def _controls(grant: _Grant) -> list[str]:
    strength = grant.authentication_strength
    named = strength is not None and bytes(strength) != b"null"
    return [control[:40] for control in grant.built_in_controls or ()] + (["strength"] if named else [])


KIND = Kind(
    name="conditional_access",
    title=_("Conditional Access"),
    endpoint="/identity/conditionalAccess/policies",
    select=(
        "id", "displayName", "state", "conditions", "grantControls", "sessionControls", "templateId",
        "createdDateTime", "modifiedDateTime",
    ),
    version=1,
    permission="Policy.Read.All",
    interval=timedelta(minutes=15),
    how="hash",
    phase=2,
    order=5,
    page=100,
    service="IPC",
    row="R2",
    model=AccessPolicy,
    versions=AccessPolicyVersion,
    promote=promote,
    figures={"policies_enabled": "count(*) FILTER (WHERE state = 'enabled')"},
)  # fmt: skip
