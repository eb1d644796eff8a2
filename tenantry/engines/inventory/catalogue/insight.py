"""The permissions that the Insight app asks for, in words; all are read-only, and ship whole."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.text import Text
from tenantry.kernel.text import lazy as _


@dataclass(frozen=True)
class Group:
    """A heading under which permissions are shown."""

    key: str
    title: Text
    icon: str


@dataclass(frozen=True)
class Wish:
    """One application permission: what it lets us read, and a note where Microsoft gives more than is used."""

    name: str
    group: str
    sentence: Text
    note: Text = ""


GROUPS = (
    Group("directory", _("Directory"), "users"),
    Group("security", _("Sign-in and security"), "shield-lock"),
    Group("usage", _("Mail and usage"), "report-analytics"),
    Group("files", _("Sites, files and teams"), "folders"),
    Group("devices", _("Devices"), "device-laptop"),
    Group("service", _("Service health"), "heartbeat"),
)

_WIDER_DIRECTORY = _("Microsoft gives the whole directory with it; only subscriptions and grants are read.")
_WIDER_FILES = _("Microsoft gives the contents of files with it; only who they are shared with is read.")
_WIDER_SITES = _("Microsoft gives the contents of sites with it; only their names, sizes and owners are read.")
_WIDER_MAIL = _("It does not open any message.")
_WIDER_SECURITY = _("Microsoft gives security events with it; only the secure score is read.")

INSIGHT = (
    Wish("Organization.Read.All", "directory", _("Read the organisation's name, country and plans.")),
    Wish("Domain.Read.All", "directory", _("Read the organisation's domains.")),
    Wish("User.Read.All", "directory", _("Read users and guests with their properties.")),
    Wish("GroupMember.Read.All", "directory", _("Read groups, their members and owners.")),
    Wish("LicenseAssignment.Read.All", "directory", _("Read which products were bought and who holds them.")),
    Wish("Directory.Read.All", "directory", _("Read subscriptions and the consents given to apps."), _WIDER_DIRECTORY),
    Wish("RoleManagement.Read.Directory", "directory", _("Read administrator roles and who holds them.")),
    Wish("RoleAssignmentSchedule.Read.Directory", "directory", _("Read administrator roles held for a time.")),
    Wish("Application.Read.All", "directory", _("Read the apps that are present in the tenant.")),
    Wish("Policy.Read.All", "security", _("Read Conditional Access and other policies.")),
    Wish("Policy.Read.AuthenticationMethod", "security", _("Read which sign-in methods are allowed.")),
    Wish("AuditLog.Read.All", "security", _("Read sign-ins, audit entries and registered sign-in methods.")),
    Wish("IdentityRiskyUser.Read.All", "security", _("Read which users Microsoft considers at risk.")),
    Wish("IdentityRiskEvent.Read.All", "security", _("Read why Microsoft considers a user at risk.")),
    Wish("SecurityEvents.Read.All", "security", _("Read the secure score."), _WIDER_SECURITY),
    Wish("MailboxSettings.Read", "usage", _("Read automatic replies and rules of mailboxes."), _WIDER_MAIL),
    Wish("Reports.Read.All", "usage", _("Read usage reports of mailboxes, sites and teams.")),
    Wish("Sites.Read.All", "files", _("Read which sites and document libraries exist."), _WIDER_SITES),
    Wish("Files.Read.All", "files", _("Read who files and folders are shared with."), _WIDER_FILES),
    Wish("SharePointTenantSettings.Read.All", "files", _("Read the sharing settings of SharePoint and OneDrive.")),
    Wish("TeamSettings.Read.All", "files", _("Read teams and their settings.")),
    Wish("Channel.ReadBasic.All", "files", _("Read the names of channels.")),
    Wish("Device.Read.All", "devices", _("Read the devices that are registered in the directory.")),
    Wish("DeviceManagementManagedDevices.Read.All", "devices", _("Read managed devices and the apps found on them.")),
    Wish("DeviceManagementConfiguration.Read.All", "devices", _("Read device policies and their results.")),
    Wish("DeviceManagementApps.Read.All", "devices", _("Read the apps that are offered to devices.")),
    Wish("DeviceManagementServiceConfig.Read.All", "devices", _("Read devices registered for Autopilot.")),
    Wish(
        "DeviceLocalCredential.ReadBasic.All",
        "devices",
        _("Read which devices keep a local administrator password, not the password."),
    ),
    Wish("BitlockerKey.ReadBasic.All", "devices", _("Read which devices keep a recovery key, not the key.")),
    Wish("ServiceMessage.Read.All", "service", _("Read Microsoft's announcements of changes.")),
    Wish("ServiceHealth.Read.All", "service", _("Read the health of Microsoft's services.")),
)
