"""What this folder offers to pages of others."""

from __future__ import annotations

from tenantry.kernel.offers import GroupUse
from tenantry.kernel.text import lazy as _
from tenantry.portal.access import queries

ROLES_USE_GROUPS = GroupUse("roles", _("Roles"), queries.roles_using)
