"""What the search box asks about customers: exact names first, then by likeness, then the newest."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, F, FloatField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Greatest

from tenantry.portal.customers.models import Customer, Tenant

ALIKE = 0.3
LONGEST_NUMBER = 9


def customers(words: str, limit: int) -> list[Any]:
    """Shown customers whose name, address, domain or number the words name, or whose name is alike."""
    exact = Q(organisation__iexact=words) | Q(tenants__default_domain__iexact=words) | _number(words)
    named = Q(organisation__icontains=words) | Q(email__icontains=words) | Q(tenants__default_domain__icontains=words)
    rows = Customer.objects.filter(state__in=Customer.SHOWN)
    found = _ranked(rows, exact, named, words, "organisation").order_by("-rank", "-onboarded_at", "-pk")
    return _once(found, limit)


def tenants(words: str, limit: int) -> list[Any]:
    """Tenants of shown customers which the words name by domain, name or id, or whose domain is alike."""
    exact = Q(default_domain__iexact=words) | Q(id_text__iexact=words)
    rows = Tenant.objects.filter(customer__state__in=Customer.SHOWN).select_related("customer")
    rows = rows.annotate(id_text=Cast("tenant_id", TextField()))
    named = Q(name__icontains=words) | Q(default_domain__icontains=words)
    return list(_ranked(rows, exact, named, words, "default_domain").order_by("-rank", "-connected_at", "-pk")[:limit])


def _number(words: str) -> Q:
    number = words.upper().removeprefix("C-")
    return Q(number=int(number)) if number.isdecimal() and len(number) <= LONGEST_NUMBER else Q(pk__in=())


def _ranked(rows: Any, exact: Q, named: Q, words: str, field: str) -> QuerySet[Any]:
    """Those that fit, with their `rank`: 2 for exact ones, at most 1 by how alike they are for the others."""
    alike = rows.annotate(likeness=Greatest(TrigramSimilarity(field, words), Value(0.0)))
    rank = Case(When(exact, then=Value(2.0)), default=F("likeness"), output_field=FloatField())
    found: QuerySet[Any] = alike.filter(exact | named | Q(likeness__gte=ALIKE)).annotate(rank=rank)
    return found


def _once(rows: QuerySet[Any], limit: int) -> list[Any]:
    """Each customer once, though several of its domains match."""
    found: dict[int, Any] = {}
    for row in rows[: limit * 3]:
        found.setdefault(row.pk, row)
    return list(found.values())[:limit]
