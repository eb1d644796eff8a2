"""What is asked about roles, who holds them, and what they would change."""

from tenantry.portal.access.queries.catalogue import Preset, catalogue, presets, whole_catalogue
from tenantry.portal.access.queries.editor import Effect, Sheet, effects, sheet
from tenantry.portal.access.queries.groups import (
    candidates,
    group,
    group_changes,
    group_names,
    groups,
    members,
    roles_using,
    stamp,
    uses,
)
from tenantry.portal.access.queries.roles import (
    active_administrators,
    administrators,
    changed_by,
    grant,
    grants,
    holders,
    role,
    role_names,
    roles,
    title,
)
from tenantry.portal.access.queries.users import STATES, roles_of, tabs, user, users

__all__ = [
    "STATES",
    "Effect",
    "Preset",
    "Sheet",
    "active_administrators",
    "administrators",
    "candidates",
    "catalogue",
    "changed_by",
    "effects",
    "grant",
    "grants",
    "group",
    "group_changes",
    "group_names",
    "groups",
    "holders",
    "members",
    "presets",
    "role",
    "role_names",
    "roles",
    "roles_of",
    "roles_using",
    "sheet",
    "stamp",
    "tabs",
    "title",
    "user",
    "users",
    "uses",
    "whole_catalogue",
]
