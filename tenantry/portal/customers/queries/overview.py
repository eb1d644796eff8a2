"""What the customer's page says of itself: its header, its troubles, its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.queries import CustomerFigures, Figure
from tenantry.engines.inventory.rules import Stamp
from tenantry.kernel.residency import regions
from tenantry.kernel.text import Text
from tenantry.portal.customers.models import AppProfile, Customer, Tag, Tenant


@dataclass(frozen=True)
class Overview:
    """A customer with what stands beside its name."""

    customer: Customer
    tags: list[Tag]
    tenants: list[Tenant]
    profiles: list[AppProfile]
    figures: CustomerFigures | None

    @property
    def data_centre(self) -> Text:
        """Where the customer's data is kept, in words."""
        return regions.title(self.customer.data_centre)

    def age_of(self, name: str) -> Stamp | None:
        """The age of one figure; None for a customer without a tenant."""
        figure: Figure | None = getattr(self.figures, name, None)
        return figure.stamp if figure is not None else None

    @property
    def last_read(self) -> datetime | None:
        """When something of the customer was last read."""
        ages = [self.age_of(name) for name in ("users", "groups", "domains", "seats_bought")]
        return max((age.at for age in ages if age is not None and age.at is not None), default=None)

    @property
    def domains_age(self) -> Stamp | None:
        """The age of the list of domains."""
        return self.age_of("domains")

    @property
    def seats_age(self) -> Stamp | None:
        """The age of the list of products."""
        return self.age_of("seats_bought")

    @property
    def troubled(self) -> list[AppProfile]:
        """App profiles that need a person."""
        return [profile for profile in self.profiles if profile.status in TROUBLE]

    @property
    def reading(self) -> bool:
        """Whether the first read is running."""
        return self.figures is not None and self.figures.synced.state == "reading"


TROUBLE = (AppProfile.Status.EXPIRED, AppProfile.Status.INSUFFICIENT)


def overview(customer: Customer) -> Overview:
    """All of a customer that each of its pages shows."""
    return Overview(
        customer,
        list(Tag.objects.filter(wearers__customer=customer).order_by("name")),
        list(customer.tenants.order_by("name")),
        list(AppProfile.objects.filter(customer=customer).select_related("tenant").order_by("tenant__name", "app")),
        inventory.figures([customer.pk]).get(customer.pk),
    )
