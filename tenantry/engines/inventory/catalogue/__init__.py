"""Data shipped with the inventory: the table of kinds, the Insight app's permissions, Microsoft's products."""

from tenantry.engines.inventory.catalogue.insight import GROUPS, INSIGHT, Group, Wish
from tenantry.engines.inventory.catalogue.products import Product, product
from tenantry.engines.inventory.catalogue.table import Row, permissions, rows

__all__ = ["GROUPS", "INSIGHT", "Group", "Product", "Row", "Wish", "permissions", "product", "rows"]
