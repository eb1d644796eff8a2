"""What this folder is."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="partners",
    title=_("Partners"),
    permissions=(
        "partners.view",
        "partners.configure",
        "partners.apps",
        "partners.residency",
        "partners.transfer",
    ),
    area="shared",
)
