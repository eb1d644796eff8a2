"""What has happened to customers and their consent."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.facts import Code, Fact, Personal


@dataclass(frozen=True)
class OnboardingStarted(Fact):
    """Somebody began the wizard."""

    draft: int
    kind: Code


@dataclass(frozen=True)
class OnboardingFailed(Fact):
    """The last step did not lead to a customer; the draft stays."""

    draft: int
    reason: Code
    organisation: Personal
    told: tuple[int, ...]


@dataclass(frozen=True)
class AuthorizationLinkMade(Fact):
    """A link waits for a customer's administrator; `mailed` when the address it is meant for is sent it."""

    customer_id: int
    link: int
    kind: Code
    mailed: bool


@dataclass(frozen=True)
class AuthorizationLinkOpened(Fact):
    """Somebody went on with a link; from now on it is that browser's."""

    customer_id: int
    link: int


@dataclass(frozen=True)
class AuthorizationLinkRevoked(Fact):
    """A link was taken back before anybody consented by it."""

    customer_id: int
    link: int


@dataclass(frozen=True)
class LinkExpiring(Fact):
    """A link that nobody has opened ends within 24 hours."""

    customer_id: int
    link: int
    organisation: Personal
    told: tuple[int, ...]


@dataclass(frozen=True)
class LinkExpired(Fact):
    """A link ended without consent; the draft stays for thirty days."""

    customer_id: int
    link: int
    organisation: Personal
    told: tuple[int, ...]


@dataclass(frozen=True)
class CustomerOnboarded(Fact):
    """A tenant is connected; its first read starts."""

    customer_id: int
    tenant_row: int
    tenant: Code
    organisation: Personal
    told: tuple[int, ...]
    added: bool = False  # to a customer that was connected already


@dataclass(frozen=True)
class CustomerDisconnected(Fact):
    """The connection ended: nothing is read any more; what was read stays for thirty days."""

    customer_id: int
    organisation: Personal
    told: tuple[int, ...]


@dataclass(frozen=True)
class CustomerEdited(Fact):
    """Information, tags or groups were changed."""

    customer_id: int
    fields: tuple[Code, ...]


@dataclass(frozen=True)
class ManagementModeChanged(Fact):
    """Who manages the tenant was decided."""

    customer_id: int
    before: Code
    after: Code
    organisation: Personal


@dataclass(frozen=True)
class ConsentGiven(Fact):
    """A Global Administrator consented to one of our apps."""

    customer_id: int
    tenant: Code
    app: Code
    account: Personal
    roles: tuple[Code, ...]
    renewed: bool


@dataclass(frozen=True)
class ConsentReduced(Fact):
    """A permission of an app was taken back."""

    customer_id: int
    tenant: Code
    app: Code
    missing: tuple[Code, ...]
    organisation: Personal


@dataclass(frozen=True)
class ConsentLost(Fact):
    """An app is no longer present in the tenant."""

    customer_id: int
    tenant: Code
    app: Code
    organisation: Personal


@dataclass(frozen=True)
class ReadRequested(Fact):
    """Somebody asked for a fresh read."""

    customer_id: int


@dataclass(frozen=True)
class InitialSyncFinished(Fact):
    """The first read is done; counts by kind, and the kinds that stayed unknown."""

    customer_id: int
    tenant: Code
    objects: int
    unknown: tuple[Code, ...]
    organisation: Personal
    told: tuple[int, ...]


@dataclass(frozen=True)
class CustomerGroupChanged(Fact):
    """A group was made, changed or deleted."""

    group: int
    change: Code
    title: Personal


@dataclass(frozen=True)
class CustomerJoinedGroup(Fact):
    """A customer is now in a group."""

    customer_id: int
    group: int


@dataclass(frozen=True)
class CustomerLeftGroup(Fact):
    """A customer is no longer in a group."""

    customer_id: int
    group: int
