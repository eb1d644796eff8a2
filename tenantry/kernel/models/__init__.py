"""Kernel tables, and the abstract base of every partner's row."""

from tenantry.kernel.models.facts import Fact, FactLabel, FactSeal, Outbox
from tenantry.kernel.models.owned import CustomerOwned, OwnedManager, PartnerField, PartnerOwned, PartnerWide
from tenantry.kernel.models.security import CompositeKey, RowSecurity
from tenantry.kernel.models.written import Given, Written, among

__all__ = [
    "CompositeKey",
    "CustomerOwned",
    "Fact",
    "FactLabel",
    "FactSeal",
    "Given",
    "Outbox",
    "OwnedManager",
    "PartnerField",
    "PartnerOwned",
    "PartnerWide",
    "RowSecurity",
    "Written",
    "among",
]
