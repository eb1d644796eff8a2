"""What this folder offers to pages of others."""

from __future__ import annotations

from tenantry.kernel.offers import Card
from tenantry.kernel.text import lazy as _

SETTINGS = (
    Card("general", _("General"), "partners.view", "settings", 5, "partners/card.html",
         lambda: {"href": "/settings/general", "icon": "shield-check",
                  "detail": _("Sessions, second factor, allowed networks")}),
)  # fmt: skip
