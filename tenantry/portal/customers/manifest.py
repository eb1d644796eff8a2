"""What this folder is."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest, Menu
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(
    name="customers",
    title=_("Customers"),
    permissions=(
        "customers.view",
        "customers.onboard",
        "customers.edit",
        "customers.consent",
        "customers.settings",
        "customers.access",
        "customers.sync",
        "customers.export",
        "customers.disconnect",
        "customers.delete",
    ),
    menu=(Menu(_("Customers"), "/customers", "building", 10, ("customers.view",)),),
)
