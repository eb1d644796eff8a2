"""The customers page: rows, view tabs with their counts, filters, search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.models import Source
from tenantry.engines.inventory.queries import CustomerFigures
from tenantry.portal.customers.models import AppProfile, Customer, CustomerGroup, CustomerTag, GroupMember, Tag, Tenant
from tenantry.portal.customers.queries.overview import TROUBLE

Status = AppProfile.Status
_WORST = (Status.EXPIRED, Status.INSUFFICIENT, Status.WAITING, Status.UNKNOWN, Status.ACTIVE)


@dataclass(frozen=True)
class Row:
    """A line of the page."""

    customer: Customer
    domain: str
    status: str
    tags: tuple[Tag, ...]
    figures: CustomerFigures | None

    @property
    def is_reading(self) -> bool:
        """Whether something is read for the first time."""
        return self.figures is not None and self.figures.synced.state == "reading"


def shown() -> QuerySet[Customer]:
    """The customers that lists show."""
    return Customer.objects.filter(state__in=Customer.SHOWN)


def rows(customers: Iterable[Customer]) -> list[Row]:
    """The customers of one page with what their lines show."""
    found = list(customers)
    ids = [customer.pk for customer in found]
    figures, tags = inventory.figures(ids), _tags(ids)
    domains, statuses = _domains(ids), _statuses(ids)
    return [
        Row(each, domains.get(each.pk, ""), statuses.get(each.pk, Status.WAITING), tags.get(each.pk, ()),
            figures.get(each.pk))
        for each in found
    ]  # fmt: skip


def troubled(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those that need a person: consent lost or too small."""
    return customers.filter(Exists(_profiles(*TROUBLE)))


def lost(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those whose consent has ended."""
    return customers.filter(Exists(_profiles(Status.EXPIRED)))


def reading(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those whose first read is not done."""
    waiting = Source.objects.filter(customer_id=OuterRef("pk"), first_read_at=None, paused=False, refused="")
    return customers.filter(Exists(waiting))


def _profiles(*statuses: str) -> QuerySet[AppProfile]:
    return AppProfile.objects.filter(customer=OuterRef("pk"), status__in=statuses)


def searched(customers: QuerySet[Customer], words: str) -> QuerySet[Customer]:
    """Those of this name, e-mail address, domain, tenant id or number."""
    tenants = Tenant.objects.filter(
        Q(default_domain__icontains=words) | Q(tenant_id__iexact=words) | Q(name__icontains=words)
    )
    # not Exists: the database looks through the tenants once, not once for each customer
    inside = Q(pk__in=tenants.values("customer_id"))
    matching = Q(organisation__icontains=words) | Q(email__icontains=words) | inside
    number = words.upper().removeprefix("C-")
    if number.isdecimal() and len(number) <= 9:
        matching |= Q(number=int(number))
    return customers.filter(matching)


def of_status(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those with an app profile of these statuses."""
    return customers.filter(Exists(_profiles(*values)))


def of_group(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those in one of these groups."""
    return customers.filter(Exists(GroupMember.objects.filter(customer=OuterRef("pk"), group_id__in=_numbers(values))))


def of_tag(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those that wear one of these tags."""
    return customers.filter(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag_id__in=_numbers(values))))


def group_choices() -> list[tuple[int, str]]:
    """The groups that hold a customer whom the person may see."""
    held = GroupMember.objects.filter(group=OuterRef("pk"))
    return list(CustomerGroup.objects.filter(Exists(held)).order_by("name").values_list("pk", "name"))


def tag_choices() -> list[tuple[int, str]]:
    """The tags that a customer whom the person may see wears."""
    worn = CustomerTag.objects.filter(tag=OuterRef("pk"))
    return list(Tag.objects.filter(Exists(worn)).order_by("name").values_list("pk", "name"))


def countries() -> set[str]:
    """The countries that customers are in."""
    return set(shown().values_list("country", flat=True).distinct())


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def _domains(ids: list[int]) -> dict[int, str]:
    tenants = Tenant.objects.filter(customer_id__in=ids).order_by("-connected_at")
    return dict(tenants.values_list("customer_id", "default_domain"))


def _statuses(ids: list[int]) -> dict[int, str]:
    worst: dict[int, str] = {}
    for customer, status in AppProfile.objects.filter(customer_id__in=ids).values_list("customer_id", "status"):
        worst[customer] = min(worst.get(customer, status), status, key=lambda each: _WORST.index(Status(each)))
    return worst


def _tags(ids: list[int]) -> dict[int, tuple[Tag, ...]]:
    found: dict[int, tuple[Tag, ...]] = {}
    worn = list(CustomerTag.objects.filter(customer_id__in=ids).order_by("tag__name").values_list("customer_id", "tag"))
    tags = Tag.objects.in_bulk({tag for _customer, tag in worn})
    for customer, tag in worn:
        found[customer] = (*found.get(customer, ()), tags[tag])
    return found
