"""What this folder is; its page is the shell's, under permissions of `portal/partners`."""

from __future__ import annotations

from tenantry.kernel.offers import Manifest
from tenantry.kernel.text import lazy as _

MANIFEST = Manifest(name="durable", title=_("Tasks"), area="shared")
