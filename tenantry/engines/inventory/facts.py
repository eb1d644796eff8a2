"""What has happened while tenants were read; `portal/customers` makes consent facts and states of it."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.facts import Code, Fact


@dataclass(frozen=True)
class ReadRefused(Fact):
    """Microsoft no longer lets us read; recorded once for a tenant, reason and permission until restored."""

    customer_id: int
    source: int
    tenant: Code
    app: Code
    reason: Code  # no_consent, no_permission, no_licence, bad_credential
    permission: Code  # empty unless the reason is no_permission
    kind: Code  # empty where all kinds are meant


@dataclass(frozen=True)
class ReadRestored(Fact):
    """What was refused can be read again."""

    customer_id: int
    source: int
    tenant: Code
    app: Code
    reason: Code
    permission: Code
    kind: Code


@dataclass(frozen=True)
class PermissionsChanged(Fact):
    """A token came with other permissions than the one before; which of them are needed is not inventory's question."""

    customer_id: int
    source: int
    tenant: Code
    app: Code
    permissions: tuple[Code, ...]


@dataclass(frozen=True)
class FirstReadFinished(Fact):
    """The last phase of the first read is done; some kinds may be unknown."""

    customer_id: int
    source: int
    tenant: Code
    counts: dict[Code, int]
    unknown: tuple[Code, ...]
