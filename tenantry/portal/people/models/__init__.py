"""Who may sign in, what proves it, and what is open in whose name."""

from tenantry.portal.people.models.authenticator import Authenticator
from tenantry.portal.people.models.browser import KnownBrowser
from tenantry.portal.people.models.credential import Credential
from tenantry.portal.people.models.identity import Identity
from tenantry.portal.people.models.invitation import Invitation, Reset
from tenantry.portal.people.models.passkey import Ceremony, Passkey
from tenantry.portal.people.models.person import Person
from tenantry.portal.people.models.recovery import RecoveryCode
from tenantry.portal.people.models.saved_view import SavedView
from tenantry.portal.people.models.session import Session
from tenantry.portal.people.models.tries import SignInTries

__all__ = [
    "Authenticator",
    "Ceremony",
    "Credential",
    "Identity",
    "Invitation",
    "KnownBrowser",
    "Passkey",
    "Person",
    "RecoveryCode",
    "Reset",
    "SavedView",
    "Session",
    "SignInTries",
]
