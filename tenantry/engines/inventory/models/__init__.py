"""What is read, where it stands, and what was read."""

from tenantry.engines.inventory.models.directory import (
    Domain,
    DomainVersion,
    Organization,
    OrganizationVersion,
    TenantGroup,
    TenantGroupVersion,
    TenantUser,
    TenantUserVersion,
)
from tenantry.engines.inventory.models.figures import Figures
from tenantry.engines.inventory.models.licences import Sku, SkuVersion
from tenantry.engines.inventory.models.observed import Observed, Version
from tenantry.engines.inventory.models.search import SearchText
from tenantry.engines.inventory.models.source import KindState, Seen, Source

__all__ = [
    "Domain",
    "DomainVersion",
    "Figures",
    "KindState",
    "Observed",
    "Organization",
    "OrganizationVersion",
    "SearchText",
    "Seen",
    "Sku",
    "SkuVersion",
    "Source",
    "TenantGroup",
    "TenantGroupVersion",
    "TenantUser",
    "TenantUserVersion",
    "Version",
]
