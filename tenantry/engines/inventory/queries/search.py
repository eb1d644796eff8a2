"""Finds tenant users, groups and other named things by a part of their name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections
from django.db.models import Exists, OuterRef, Q

from tenantry.engines.inventory.models import SearchText, Source
from tenantry.kernel import ports, scope


def named(kind: str, words: str) -> Q:
    """Narrows a kind's rows to those whose name or address contains the words; no words narrow nothing."""
    wanted = words.strip().lower()[:100]
    if not wanted:
        return Q()
    rows = SearchText.objects.filter(kind=kind, text__contains=wanted)
    return Q(Exists(rows.filter(source=OuterRef("source"), object_id=OuterRef("object_id"))))


def search(words: str, limit: int = 10, hidden: Iterable[int] = ()) -> list[SearchText]:
    """Tenant users, groups and other named things that contain the words, of customers that the actor may see.

    What belongs to a `hidden` customer is left out before the best are chosen.
    """
    wanted = words.strip().lower()[:100]
    if len(wanted) < 2:
        return []
    pattern = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    opened = scope.current()
    with connections[opened.region].cursor() as cursor:
        cursor.execute("SELECT inventory_search(%s, %s, %s)", [pattern, limit, _visible(list(hidden))])
        ids = [row[0] for row in cursor.fetchall()]
    found = SearchText.objects.in_bulk(ids)
    return [found[key] for key in ids if key in found]


def _visible(hidden: list[int]) -> list[int] | None:
    """The customers that the actor may see, without the hidden ones; None means all of the partner's."""
    opened = scope.current()
    if hidden:
        return list(Source.objects.exclude(customer_id__in=hidden).values_list("customer_id", flat=True))
    if opened.actor.everywhere(opened.permission):
        return None
    return list(ports.resolver().customers(opened.actor, opened.permission))
