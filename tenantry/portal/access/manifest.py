"""What this folder is."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest, Menu
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="access",
    title=_("Access"),
    permissions=("access.roles", "access.groups", "access.view", "access.admit", "access.sets"),
    menu=(Menu(_("Users"), "/licenses/settings/users", "users", 10, ("people.view",), area="licenses"),),
    area="shared",
)
