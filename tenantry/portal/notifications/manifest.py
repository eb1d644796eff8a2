"""What this folder is."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="notifications",
    title=_("Notifications"),
    permissions=("notifications.templates", "notifications.configure"),
    area="shared",
)
