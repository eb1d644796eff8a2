"""What this folder is: writes to a tenant are planned, approved, applied, proved and undone here, and nowhere else."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="changes",
    title=_("Changes"),
    permissions=("changes.view", "changes.approve", "changes.undo", "changes.policy"),
    area="shared",
)
