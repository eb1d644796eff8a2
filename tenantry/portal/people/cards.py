"""What this folder offers to pages of others: how a person keeps its lists."""

from __future__ import annotations

from tenantry.kernel.offers import ListKeeper
from tenantry.portal.people import queries

LISTS = ListKeeper(queries.kept)
