"""App profiles of all customers at once."""

from __future__ import annotations

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Concat

from tenantry.portal.customers.models import AppProfile, Customer

Status = AppProfile.Status
_ORDER = (Status.EXPIRED, Status.INSUFFICIENT, Status.UNKNOWN, Status.WAITING, Status.ACTIVE)
SILENT = Status.UNKNOWN
"""In filters: Microsoft said neither yes nor no; what stands in the row is the last known status."""


def profiles() -> QuerySet[AppProfile]:
    """Those of the customers that lists show, with the text by which they sort: status, then customer."""
    ranks = [When(status=status, then=Value(str(rank))) for rank, status in enumerate(_ORDER)]
    ranked = Case(When(silent_since__isnull=False, then=Value("2")), *ranks, default=Value("9"),
                  output_field=CharField())  # fmt: skip
    found = AppProfile.objects.filter(customer__state__in=Customer.SHOWN).select_related("customer", "tenant")
    return found.annotate(urgency=Concat(ranked, F("customer__sort_key"), output_field=CharField()))


def in_status(rows: QuerySet[AppProfile], values: list[str]) -> QuerySet[AppProfile]:
    """Those of these statuses; a silent Microsoft counts as unknown, whatever was known before."""
    known = rows.filter(silent_since=None, status__in=values)
    return known | rows.filter(silent_since__isnull=False) if SILENT in values else known


def profile_customers() -> list[tuple[int, str]]:
    """The customers that have an app profile, by name."""
    rows = Customer.objects.filter(state__in=Customer.SHOWN, profiles__isnull=False).distinct()
    return list(rows.order_by("sort_key").values_list("pk", "organisation"))


def profile_apps() -> set[str]:
    """The apps that some customer has."""
    return set(AppProfile.objects.values_list("app", flat=True).distinct())
