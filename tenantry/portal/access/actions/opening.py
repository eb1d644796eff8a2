"""A new partner: its row, its built-in role, its owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tenantry.kernel import scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.residency import claims, regions
from tenantry.kernel.text import _
from tenantry.portal.access.actions.people import NewPerson
from tenantry.portal.access.models import Role
from tenantry.portal.partners.facts import OwnerConfirmed, PartnerSignedUp
from tenantry.portal.partners.models import Partner


@dataclass(frozen=True)
class NewPartner:
    """A firm that wants to use the portal; `region` is that of its country unless one is named."""

    name: str
    country: str
    region: str = ""
    parent: int | None = None
    capabilities: tuple[str, ...] = (Partner.Capability.SERVICE_PROVIDER,)
    second_factor: bool = True


@dataclass(frozen=True)
class Opened:
    """Where the new partner lives, and who owns it."""

    partner: int
    region: str
    owner: int


def open_partner(actor: Actor, firm: NewPartner, owner: NewPerson) -> Opened:
    """Claim the owner's address, write the partner with its owner in its own scope, confirm the claim.

    Refuses an address that another partner holds (409) and a country whose data centre is not offered (422).
    """
    actor.require("partners.configure")
    region = _region(firm)
    owner.check(firm.name)
    partner = Partner.next_id(region)
    if not claims.claim("email", owner.email, partner, region).ours:
        raise Conflict(_("This address is used already."), field="email")
    with scope.task(partner, region) as opened:
        person = _write(opened.actor, firm, owner)
    claims.confirm("email", owner.email, partner)
    return Opened(partner, region, person)


def _region(firm: NewPartner) -> str:
    region = firm.region or regions.offered(firm.country, settings.REGIONS)
    if region not in settings.REGIONS:
        raise Refused(_("There is no data centre for this country here."), field="country")
    return region


def _write(actor: Actor, firm: NewPartner, owner: NewPerson) -> int:
    partner = Partner.open(name=firm.name, country=firm.country, parent_id=firm.parent,
                           capabilities=list(firm.capabilities), second_factor=firm.second_factor)  # fmt: skip
    role = Role.make_administrators()
    person = owner.write(firm.name, owner=True)
    role.give(person.pk)
    capabilities = tuple(Code(capability) for capability in firm.capabilities)
    record(actor, PartnerSignedUp(partner.pk, Personal(firm.name), Code(firm.country), Code(partner.region),
                                  firm.parent, capabilities))  # fmt: skip
    record(actor, OwnerConfirmed(partner.pk, person.pk))
    return person.pk
