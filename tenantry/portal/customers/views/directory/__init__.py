"""Lists of what a customer's tenants hold, each with its age and why it cannot be read where it cannot."""

from tenantry.portal.customers.views.directory.apps import consents, principals, registrations
from tenantry.portal.customers.views.directory.devices import devices
from tenantry.portal.customers.views.directory.history import history
from tenantry.portal.customers.views.directory.people import group, groups, licences, users
from tenantry.portal.customers.views.directory.policies import locations, policies
from tenantry.portal.customers.views.directory.roles import role, roles
from tenantry.portal.customers.views.directory.score import score
from tenantry.portal.customers.views.directory.settings import settings
from tenantry.portal.customers.views.directory.signing_in import registered, sign_ins

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
    "registered",
    "registrations",
    "role",
    "roles",
    "score",
    "settings",
    "sign_ins",
    "users",
]
