"""What this folder offers to pages of others."""

from __future__ import annotations

from typing import Any

from tenantry.kernel.offers import Card, Command, GroupUse, Hit, SearchSource
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
COMMANDS = (
    Command(_("Add user"), "/settings/users/new", "user-plus", "people.manage", 20, "shared"),
    Command(_("New role"), "/settings/roles/new", "shield-lock", "access.roles", 30, "shared"),
    Command(_("New group"), "/settings/customer-groups/new", "folders", "access.groups", 40, "shared"),
)


def _people(words: str, limit: int) -> list[Hit]:
    found = queries.matching(queries.users(), words).order_by("first_name", "last_name", "pk")[:limit]
    return [
        Hit(row.name or row.email, row.email, f"/settings/users/{row.pk}", "user-circle",
            exact=words.casefold() == row.email.casefold())
        for row in found
    ]  # fmt: skip


PEOPLE = SearchSource("people", _("People"), "people.view", 40, _people)
ROLES_USE_GROUPS = GroupUse("roles", _("Roles"), queries.roles_using)
