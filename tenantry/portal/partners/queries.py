"""What others ask about the partner of the open scope."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tenantry.kernel.errors import Missing
from tenantry.kernel.models import Fact, FactLabel, Written
from tenantry.kernel.residency import regions
from tenantry.kernel.text import Text
from tenantry.portal.partners.facts import SecurityPolicyChanged
from tenantry.portal.partners.models import Partner, Policy


def partner() -> Partner:
    """The partner of the open scope; Missing before it has been written."""
    found = _PARTNER.first()
    if found is None:
        raise Missing
    return found


_PARTNER = Written[Partner](lambda: Partner.objects.order_by("pk")[:1])


def name() -> str:
    """The partner's name, for the frame of each page."""
    return partner().name


def policy() -> Policy:
    """What the partner demands of sessions and local accounts."""
    found = Policy.objects.first()
    if found is None:
        raise Missing
    return found


def data_centre() -> Text:
    """Where the partner's data is kept, in words."""
    return regions.title(partner().region)


class Change(NamedTuple):
    """Who changed something, and when."""

    by: str
    at: datetime


def last_security_change() -> Change | None:
    """Who changed the security policy last; None while it is as it was at first."""
    fact = Fact.objects.filter(name=SecurityPolicyChanged.name()).order_by("-at").first()
    if fact is None:
        return None
    label = FactLabel.objects.filter(fact_id=fact.id, field="actor").first()
    return Change(label.value if label else "", fact.at)
