"""What this folder is; who may see what was read is decided by the permissions of those who show it."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(name="inventory", title=_("Inventory"))
