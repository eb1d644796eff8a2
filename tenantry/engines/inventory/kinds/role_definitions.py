"""The tenant's administrator roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory import rules
from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import RoleDefinition, RoleDefinitionVersion
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import sort_key


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    template_id: str | None = None
    is_built_in: bool | None = None
    is_enabled: bool | None = None


def promote(body: bytes) -> dict[str, Any]:
    """Name, origin, and whether it is privileged."""
    found = msgspec.json.decode(body, type=_Body)
    name, template = (found.display_name or "")[:256], (found.template_id or "")[:36]
    return {
        "display_name": name,
        "sort_key": sort_key(name),
        "template_id": template,
        "builtin": bool(found.is_built_in),
        "enabled": found.is_enabled is not False,
        "privileged": template in rules.PRIVILEGED,
    }


KIND = Kind(
    name="role_definitions",
    title=_("Roles"),
    endpoint="/roleManagement/directory/roleDefinitions",
    select=("id", "displayName", "description", "isBuiltIn", "isEnabled", "templateId"),
    version=1,
    permission="RoleManagement.Read.Directory",
    interval=timedelta(minutes=15),
    how="hash",
    phase=2,
    order=3,
    page=0,
    row="R4",
    model=RoleDefinition,
    versions=RoleDefinitionVersion,
    promote=promote,
)
