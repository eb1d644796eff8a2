"""What this folder offers to pages of others: how a person keeps its lists, and what it owns here."""

from __future__ import annotations

from tenantry.kernel.offers import ListKeeper, OwnedThings
from tenantry.kernel.text import lazy as _
from tenantry.portal.people import queries

LISTS = ListKeeper(queries.kept)
OWNED = OwnedThings("saved_views", _("Saved view"), queries.names_of_views)
