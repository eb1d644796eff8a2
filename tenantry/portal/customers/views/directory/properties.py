"""What Microsoft calls the properties of things, in words; and their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime

from tenantry.engines.inventory.catalogue.products import product
from tenantry.engines.inventory.queries import Difference
from tenantry.kernel.text import Text, _, lazy, ngettext, say
from tenantry.kernel.web.templatetags.format import figure, moment
from tenantry.portal.customers.views.directory.conditions import listed

TITLES: Mapping[str, Text] = {
    "accountEnabled": lazy("Sign-in allowed"),
    "allowedToCreateApps": lazy("Members may register apps"),
    "allowedToCreateSecurityGroups": lazy("Members may make security groups"),
    "allowedToCreateTenants": lazy("Members may make tenants"),
    "allowedToSignUpEmailBasedSubscriptions": lazy("Members may begin trials"),
    "allowedToUseSSPR": lazy("Self-service password reset"),
    "allowInvitesFrom": lazy("Who may invite guests"),
    "appId": lazy("App id"),
    "applications": lazy("Apps"),
    "appRoleAssignmentRequired": lazy("Only for those assigned"),
    "approximateLastSignInDateTime": lazy("Last sign-in, about"),
    "assignedLicenses": lazy("Licences"),
    "assignedPlans": lazy("Service plans"),
    "authenticationMethodConfigurations": lazy("Sign-in methods"),
    "authenticationType": lazy("Sign-in by"),
    "builtInControls": lazy("Controls"),
    "businessPhones": lazy("Business telephones"),
    "capabilityStatus": lazy("State at Microsoft"),
    "clientAppTypes": lazy("Kinds of app"),
    "companyName": lazy("Company"),
    "conditions": lazy("Conditions"),
    "consumedUnits": lazy("Assigned"),
    "controlScores": lazy("Points of each control"),
    "countryLetterCode": lazy("Country"),
    "createdDateTime": lazy("Created"),
    "currentScore": lazy("Points"),
    "defaultUserRolePermissions": lazy("What members may do"),
    "department": lazy("Department"),
    "description": lazy("Description"),
    "directoryScopeId": lazy("Over"),
    "displayName": lazy("Name"),
    "enabled": lazy("Enabled"),
    "excludeApplications": lazy("Apps left out"),
    "excludeGroups": lazy("Groups left out"),
    "excludeLocations": lazy("Places left out"),
    "excludeRoles": lazy("Roles left out"),
    "excludeUsers": lazy("Users left out"),
    "externalUserState": lazy("Invitation"),
    "givenName": lazy("First name"),
    "grantControls": lazy("What it asks for"),
    "groupTypes": lazy("Type of group"),
    "guestUserRoleId": lazy("What guests see"),
    "includeApplications": lazy("Apps included"),
    "includeGroups": lazy("Groups included"),
    "includeLocations": lazy("Places included"),
    "includeRoles": lazy("Roles included"),
    "includeUsers": lazy("Users included"),
    "isAdmin": lazy("Administrator"),
    "isAssignableToRole": lazy("May hold roles"),
    "isCompliant": lazy("Compliant"),
    "isDefault": lazy("Default"),
    "isEnabled": lazy("Enabled"),
    "isManaged": lazy("Managed"),
    "isMfaCapable": lazy("Can be asked for a second factor"),
    "isMfaRegistered": lazy("Second factor registered"),
    "isPasswordlessCapable": lazy("Can sign in without a password"),
    "isSsprCapable": lazy("Can reset the password"),
    "isSsprEnabled": lazy("Password reset allowed"),
    "isSsprRegistered": lazy("Password reset registered"),
    "isVerified": lazy("Verified"),
    "jobTitle": lazy("Job title"),
    "keyCredentials": lazy("Certificates"),
    "lastNonInteractiveSignInDateTime": lazy("Last sign-in in the background"),
    "lastSignInDateTime": lazy("Last sign-in"),
    "lastSuccessfulSignInDateTime": lazy("Last sign-in that succeeded"),
    "locations": lazy("Places"),
    "mail": lazy("E-mail"),
    "mailEnabled": lazy("Has a mailbox"),
    "manufacturer": lazy("Manufacturer"),
    "maxScore": lazy("Possible points"),
    "membershipRule": lazy("Rule"),
    "methodsRegistered": lazy("Sign-in methods"),
    "mobilePhone": lazy("Mobile telephone"),
    "model": lazy("Model"),
    "modifiedDateTime": lazy("Changed"),
    "officeLocation": lazy("Office"),
    "onPremisesSyncEnabled": lazy("Synchronised from the firm’s own directory"),
    "operatingSystem": lazy("System"),
    "operatingSystemVersion": lazy("Version of the system"),
    "operator": lazy("All or one of them"),
    "passwordCredentials": lazy("Secrets"),
    "permissionGrantPoliciesAssigned": lazy("Members may consent to apps"),
    "platforms": lazy("Systems"),
    "preferredLanguage": lazy("Language"),
    "prepaidUnits": lazy("Bought"),
    "principalId": lazy("Holder"),
    "registrationEnforcement": lazy("Registration campaign"),
    "requiredResourceAccess": lazy("Permissions asked for"),
    "resourceProvisioningOptions": lazy("Belongs to"),
    "roleDefinitionId": lazy("Role"),
    "scope": lazy("Permissions"),
    "securityEnabled": lazy("Security group"),
    "servicePlans": lazy("Service plans"),
    "sessionControls": lazy("Limits of the session"),
    "signInActivity": lazy("Sign-in activity"),
    "signInAudience": lazy("Who may sign in"),
    "skuPartNumber": lazy("Product"),
    "state": lazy("State"),
    "surname": lazy("Last name"),
    "suspended": lazy("Suspended"),
    "tags": lazy("Tags"),
    "trustType": lazy("Join"),
    "usageLocation": lazy("Country of use"),
    "userDisplayName": lazy("Name"),
    "userPrincipalName": lazy("Sign-in name"),
    "users": lazy("Users"),
    "userType": lazy("Type"),
    "verifiedDomains": lazy("Domains"),
    "visibility": lazy("Visibility"),
    "warning": lazy("About to end"),
}
MOST_WORDS, LONGEST = 8, 300


def title(path: Iterable[str]) -> str:
    """A property in words, from the outside in; one that has no words here by Microsoft's own name."""
    return " › ".join(str(TITLES.get(name, name)) for name in path)


def ids(differences: Iterable[Difference]) -> Iterator[str]:
    """Whatever may be the id of something in these values."""
    for one in differences:
        for value in (one.before, one.after):
            yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))


def words(value: Any, names: Mapping[str, str]) -> str:
    """A value as people read it: yes and no, dates, names in place of ids, products in place of their numbers."""
    if value is None or value in ("", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return figure(value, 2 if isinstance(value, float) else 0)
    if isinstance(value, list):
        return _several(value, names)
    if isinstance(value, dict):
        return _thing(value, names)
    return _text(str(value), names)


def _several(values: list[Any], names: Mapping[str, str]) -> str:
    shown = [words(value, names) for value in values[:MOST_WORDS]]
    rest = len(values) - len(shown)
    if rest:
        shown.append(say(ngettext("{n} more", "{n} more", rest), n=rest))
    return listed(shown)


def _thing(value: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A thing within a property, by what tells it apart: its product, its name, else its values."""
    known = product(str(value.get("skuId", "")))
    if known is not None:
        return known.title
    for name in ("displayName", "name", "servicePlanName", "controlName", "keyId", "id"):
        if value.get(name):
            return _text(str(value[name]), names)
    told = [f"{title([name])}: {words(inner, names)}" for name, inner in value.items() if not name.startswith("@")]
    return "; ".join(told[:MOST_WORDS])[:LONGEST]


def _text(value: str, names: Mapping[str, str]) -> str:
    found = names.get(value)
    if found:
        return found
    at = parse_datetime(value) if len(value) > 18 and value[4:5] == "-" and "T" in value else None
    return moment(at) if at is not None else value[:LONGEST]
