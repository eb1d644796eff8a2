"""What this folder offers to pages of others."""

from __future__ import annotations

from tenantry.kernel.offers import Card
from tenantry.kernel.text import lazy as _

SETTINGS = (
    Card("tasks", _("Tasks"), "partners.view", "settings", 60, "shell/tasks_card.html",
         lambda: {"href": "/settings/tasks", "icon": "list-check", "detail": _("What runs, waits and failed")}),
)  # fmt: skip
