"""Who holds the tenant's administrator roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory import rules
from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import RoleAssignment, RoleAssignmentVersion
from tenantry.kernel.text import lazy as _


class _Body(msgspec.Struct, rename="camel"):
    role_definition_id: str | None = None
    principal_id: str | None = None
    directory_scope_id: str | None = None
    app_scope_id: str | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Which role, whose, and over what."""
    found = msgspec.json.decode(body, type=_Body)
    return {
        "role_id": (found.role_definition_id or "")[:36],
        "principal_id": (found.principal_id or "")[:36],
        "part": (found.directory_scope_id or found.app_scope_id or "")[:254],
    }


KIND = Kind(
    name="role_assignments",
    title=_("Role holders"),
    endpoint="/roleManagement/directory/roleAssignments",
    select=("id", "roleDefinitionId", "principalId", "directoryScopeId", "appScopeId"),
    version=1,
    permission="RoleManagement.Read.Directory",
    interval=timedelta(minutes=15),
    how="hash",
    phase=2,
    order=4,
    page=100,
    row="R4",
    model=RoleAssignment,
    versions=RoleAssignmentVersion,
    promote=promote,
    figures={"admins": f"count(DISTINCT principal_id) FILTER (WHERE role_id = '{rules.GLOBAL_ADMINISTRATOR}')"},
)
