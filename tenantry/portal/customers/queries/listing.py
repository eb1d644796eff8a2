"""The customers page: rows, view tabs with their counts, filters, search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.models import Source
from tenantry.engines.inventory.queries import CustomerFigures
from tenantry.portal.customers.models import AppProfile, Customer, CustomerTag, GroupMember, Tag, Tenant
from tenantry.portal.customers.queries.overview import TROUBLE

Status = AppProfile.Status
VIEWS = ("all", "attention", "lost", "reading")
_WORST = (Status.EXPIRED, Status.INSUFFICIENT, Status.WAITING, Status.UNKNOWN, Status.ACTIVE)


@dataclass(frozen=True)
class Wish:
    """What somebody wants listed; empty means no filter."""

    view: str = "all"
    words: str = ""
    filters: Mapping[str, tuple[str, ...]] | None = None

    def of(self, name: str) -> tuple[str, ...]:
        """The values of one filter."""
        return (self.filters or {}).get(name, ())


@dataclass(frozen=True)
class Row:
    """A line of the page."""

    customer: Customer
    domain: str
    status: str
    tags: tuple[Tag, ...]
    figures: CustomerFigures | None


def listed(wish: Wish) -> QuerySet[Customer]:
    """The customers that match, to be sorted by `sort_key` and id."""
    rows = _filtered(_searched(Customer.objects.filter(state__in=Customer.SHOWN), wish.words), wish)
    return rows.filter(_view(wish.view)) if wish.view in VIEWS else rows


def counts() -> dict[str, int]:
    """How many customers each view tab holds."""
    shown = Customer.objects.filter(state__in=Customer.SHOWN)
    return {name: shown.filter(_view(name)).count() for name in VIEWS}


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


def _view(name: str) -> Q:
    match name:
        case "attention":
            return Q(Exists(_profiles(*TROUBLE)))
        case "lost":
            return Q(Exists(_profiles(Status.EXPIRED)))
        case "reading":
            waiting = Source.objects.filter(customer_id=OuterRef("pk"), first_read_at=None, paused=False, refused="")
            return Q(Exists(waiting))
        case _:
            return Q()


def _profiles(*statuses: str) -> QuerySet[AppProfile]:
    return AppProfile.objects.filter(customer=OuterRef("pk"), status__in=statuses)


def _searched(found: QuerySet[Customer], words: str) -> QuerySet[Customer]:
    wanted = words.strip()[:100]
    if not wanted:
        return found
    tenants = Tenant.objects.filter(customer=OuterRef("pk")).filter(
        Q(default_domain__icontains=wanted) | Q(tenant_id__iexact=wanted) | Q(name__icontains=wanted)
    )
    number = wanted.upper().removeprefix("C-")
    known = Q(number=int(number)) if number.isdecimal() and len(number) <= 9 else Q()
    return found.filter(
        Q(organisation__icontains=wanted) | Q(email__icontains=wanted) | Exists(tenants) | (known or Q(pk__in=()))
    )


def _filtered(found: QuerySet[Customer], wish: Wish) -> QuerySet[Customer]:
    for name in ("mode", "country", "data_centre"):
        if wish.of(name):
            found = found.filter(**{f"{name}__in": wish.of(name)})
    if wish.of("status"):
        found = found.filter(Exists(_profiles(*wish.of("status"))))
    if wish.of("group"):
        member = GroupMember.objects.filter(customer=OuterRef("pk"), group_id__in=_numbers(wish.of("group")))
        found = found.filter(Exists(member))
    if wish.of("tag"):
        worn = Tag.objects.filter(wearers__customer=OuterRef("pk"), pk__in=_numbers(wish.of("tag")))
        found = found.filter(Exists(worn))
    return found


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
    for worn in CustomerTag.objects.filter(customer_id__in=ids).select_related("tag").order_by("tag__name"):
        found[worn.customer_id] = (*found.get(worn.customer_id, ()), worn.tag)
    return found
