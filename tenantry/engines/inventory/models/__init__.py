"""What is read, where it stands, and what was read."""

from tenantry.engines.inventory.models.apps import (
    Application,
    ApplicationVersion,
    PermissionGrant,
    PermissionGrantVersion,
    ServicePrincipal,
    ServicePrincipalVersion,
)
from tenantry.engines.inventory.models.devices import (
    TenantDevice,
    TenantDeviceVersion,
)
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
from tenantry.engines.inventory.models.figures import (
    Figures,
)
from tenantry.engines.inventory.models.licences import (
    Sku,
    SkuVersion,
)
from tenantry.engines.inventory.models.membership import (
    Membership,
    MembershipVersion,
)
from tenantry.engines.inventory.models.observed import Observed, ObservedRaw, Version
from tenantry.engines.inventory.models.policies import (
    AccessPolicy,
    AccessPolicyVersion,
    MethodsPolicy,
    MethodsPolicyVersion,
    NamedLocation,
    NamedLocationVersion,
    TenantPolicy,
    TenantPolicyVersion,
)
from tenantry.engines.inventory.models.roles import (
    RoleAssignment,
    RoleAssignmentVersion,
    RoleDefinition,
    RoleDefinitionVersion,
)
from tenantry.engines.inventory.models.scores import (
    SecureScore,
    SecureScoreVersion,
)
from tenantry.engines.inventory.models.search import (
    SearchText,
)
from tenantry.engines.inventory.models.signing_in import (
    Registration,
    RegistrationVersion,
    SignInActivity,
    SignInActivityVersion,
)
from tenantry.engines.inventory.models.source import (
    KindState,
    Seen,
    Source,
)
from tenantry.engines.inventory.models.subscription import (
    Subscription,
)

__all__ = [
    "AccessPolicy",
    "AccessPolicyVersion",
    "Application",
    "ApplicationVersion",
    "Domain",
    "DomainVersion",
    "Figures",
    "KindState",
    "Membership",
    "MembershipVersion",
    "MethodsPolicy",
    "MethodsPolicyVersion",
    "NamedLocation",
    "NamedLocationVersion",
    "Observed",
    "ObservedRaw",
    "Organization",
    "OrganizationVersion",
    "PermissionGrant",
    "PermissionGrantVersion",
    "Registration",
    "RegistrationVersion",
    "RoleAssignment",
    "RoleAssignmentVersion",
    "RoleDefinition",
    "RoleDefinitionVersion",
    "SearchText",
    "SecureScore",
    "SecureScoreVersion",
    "Seen",
    "ServicePrincipal",
    "ServicePrincipalVersion",
    "SignInActivity",
    "SignInActivityVersion",
    "Sku",
    "SkuVersion",
    "Source",
    "Subscription",
    "TenantDevice",
    "TenantDeviceVersion",
    "TenantGroup",
    "TenantGroupVersion",
    "TenantPolicy",
    "TenantPolicyVersion",
    "TenantUser",
    "TenantUserVersion",
    "Version",
]
