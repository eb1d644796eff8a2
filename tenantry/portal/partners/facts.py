"""What happens to partners."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.facts import Code, Fact, Personal


@dataclass(frozen=True)
class PartnerSignedUp(Fact):
    """A firm began to use the portal, in the data centre of its country."""

    partner: int
    organisation: Personal
    country: Code
    region: Code
    parent: int | None
    capabilities: tuple[Code, ...]


@dataclass(frozen=True)
class CapabilityGranted(Fact):
    """The operator let a partner do more: distribute licences to resellers."""

    partner: int
    capability: Code


@dataclass(frozen=True)
class GeneralSettingsChanged(Fact):
    """What a partner says of itself was changed."""

    partner: int
    fields: tuple[Code, ...]


@dataclass(frozen=True)
class OwnerConfirmed(Fact):
    """The first person of a partner became its owner."""

    partner: int
    person: int


@dataclass(frozen=True)
class SecurityPolicyChanged(Fact):
    """What the partner demands of sessions and local accounts is another; before and after as JSON of all fields."""

    before: Personal
    after: Personal


@dataclass(frozen=True)
class OwnerChanged(Fact):
    """Another administrator is the partner's owner from now on."""

    former: int
    owner: int
    former_name: Personal
    owner_name: Personal
