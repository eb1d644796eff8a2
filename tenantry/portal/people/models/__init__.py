"""Who may sign in, what proves it, and what is open in whose name."""

from tenantry.portal.people.models.credential import Credential
from tenantry.portal.people.models.identity import Identity
from tenantry.portal.people.models.invitation import Invitation, Reset
from tenantry.portal.people.models.person import Person
from tenantry.portal.people.models.session import Session
from tenantry.portal.people.models.tries import SignInTries

__all__ = ["Credential", "Identity", "Invitation", "Person", "Reset", "Session", "SignInTries"]
