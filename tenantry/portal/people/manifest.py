"""What this folder is."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="people",
    title=_("People"),
    permissions=("people.view", "people.manage", "people.api"),
    area="shared",
)
