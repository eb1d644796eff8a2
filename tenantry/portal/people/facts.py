"""What happens to people and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenantry.kernel.facts import Code, Fact, Personal


@dataclass(frozen=True)
class SignedIn(Fact):
    """A person proved who it is; a session began."""

    person: int
    session: int
    method: Code


@dataclass(frozen=True)
class SignedInNewPlace(Fact):
    """A person signed in from a browser in which it had not been seen for 90 days; its user agent is kept."""

    person: int
    session: int
    browser: Personal


@dataclass(frozen=True)
class SignInFailed(Fact):
    """A try for a known person was refused; what was typed is not kept."""

    person: int
    reason: Code


@dataclass(frozen=True)
class SignedOut(Fact):
    """A person ended the session it was in."""

    person: int
    session: int


@dataclass(frozen=True)
class SessionEnded(Fact):
    """A session was ended from elsewhere."""

    person: int
    session: int
    reason: Code


@dataclass(frozen=True)
class PersonLocked(Fact):
    """Too many wrong tries: passwords are refused for a while."""

    person: int
    until: datetime


@dataclass(frozen=True)
class PersonUnlocked(Fact):
    """An administrator ended a lock."""

    person: int


@dataclass(frozen=True)
class PersonInvited(Fact):
    """A person was added, with these roles."""

    person: int
    email: Personal
    roles: tuple[int, ...]


@dataclass(frozen=True)
class InvitationResent(Fact):
    """An invited person was sent a new link; the former is void."""

    person: int


@dataclass(frozen=True)
class PersonActivated(Fact):
    """An invited person accepted, or a deactivated one may act again."""

    person: int


@dataclass(frozen=True)
class PersonDeactivated(Fact):
    """A person may do nothing any more; its sessions ended."""

    person: int


@dataclass(frozen=True)
class PersonDeleted(Fact):
    """A person is gone; what it did stays under its label."""

    person: int
    email: Personal
    name_held: Personal


@dataclass(frozen=True)
class ProfileChanged(Fact):
    """A person changed what it says of itself; before and after as JSON of the changed fields."""

    person: int
    fields: tuple[Code, ...]
    before: Personal
    after: Personal


@dataclass(frozen=True)
class PasswordChanged(Fact):
    """A person changed its password; its other sessions ended."""

    person: int


@dataclass(frozen=True)
class FactorAdded(Fact):
    """A person added a second factor: `app` or `passkey`."""

    person: int
    factor: Code


@dataclass(frozen=True)
class FactorRemoved(Fact):
    """A person took a second factor away."""

    person: int
    factor: Code


@dataclass(frozen=True)
class RecoveryCodesMade(Fact):
    """A person was given new recovery codes; the former ones are void."""

    person: int


@dataclass(frozen=True)
class RecoveryCodesLow(Fact):
    """Few recovery codes of a person are left."""

    person: int
    left: int


@dataclass(frozen=True)
class MfaReset(Fact):
    """An administrator took every second factor from a person who had lost it."""

    person: int


@dataclass(frozen=True)
class ResetRequested(Fact):
    """Somebody asked for a new password of a person, to whom a link goes out."""

    person: int
    kind: Code
    reset: int


@dataclass(frozen=True)
class PasswordReset(Fact):
    """A person chose a new password by a mailed link; all its sessions ended."""

    person: int
