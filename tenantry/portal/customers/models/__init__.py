"""The customer record, its tenants, groups and tags, and what onboarding leaves behind."""

from tenantry.portal.customers.models.customer import Customer, CustomerTag, Tag
from tenantry.portal.customers.models.group import CustomerGroup, GroupMember
from tenantry.portal.customers.models.link import AuthorizationLink
from tenantry.portal.customers.models.onboarding import Draft, Handshake
from tenantry.portal.customers.models.tenant import AppProfile, Tenant

__all__ = [
    "AppProfile",
    "AuthorizationLink",
    "Customer",
    "CustomerGroup",
    "CustomerTag",
    "Draft",
    "GroupMember",
    "Handshake",
    "Tag",
    "Tenant",
]
