"""Lists of what a customer's tenants hold, each with its age and why it cannot be read where it cannot."""

from tenantry.portal.customers.views.directory.apps import consents, principals, registrations
from tenantry.portal.customers.views.directory.devices import devices
from tenantry.portal.customers.views.directory.history import history
from tenantry.portal.customers.views.directory.people import group, groups, licences, users
from tenantry.portal.customers.views.directory.policies import locations, policies
from tenantry.portal.customers.views.directory.roles import role, roles
from tenantry.portal.customers.views.directory.score import score

__all__ = [
    "consents",
    "devices",
    "group",
    "groups",
    "history",
    "licences",
    "locations",
    "policies",
    "principals",
    "registrations",
    "role",
    "roles",
    "score",
    "users",
]
