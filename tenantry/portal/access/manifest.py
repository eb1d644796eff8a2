"""What this folder is."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="access",
    title=_("Access"),
    permissions=("access.roles", "access.groups", "access.view", "access.admit", "access.sets"),
)
