"""What this folder offers to pages of others."""

from __future__ import annotations

from typing import Any

from tenantry.kernel.offers import Card, GroupUse
from tenantry.kernel.text import lazy as _
from tenantry.portal.access import queries


def _users(href: str) -> dict[str, Any]:
    return {"href": href, "icon": "users", "detail": _("Who may sign in, and with which roles")}


SETTINGS = (
    Card("users", _("Users"), "people.view", "settings", 10, "access/card.html", lambda: _users("/settings/users"),
         "services"),
    Card("users_of_licenses", _("Users"), "people.view", "settings", 10, "access/card.html",
         lambda: _users("/licenses/settings/users"), "licenses"),
    Card("roles", _("Roles"), "access.roles", "settings", 20, "access/card.html",
         lambda: {"href": "/settings/roles", "icon": "shield-lock",
                  "detail": _("Who may do what for which customers")}),
    Card("customer_groups", _("Customer groups"), "access.groups", "settings", 30, "access/card.html",
         lambda: {"href": "/settings/customer-groups", "icon": "folders",
                  "detail": _("Which customers a role reaches")}),
)  # fmt: skip
ROLES_USE_GROUPS = GroupUse("roles", _("Roles"), queries.roles_using)
