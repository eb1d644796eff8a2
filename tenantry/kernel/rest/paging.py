"""Keyset paging: a page starts after the last row of the one before, never at an offset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from tenantry.kernel.errors import Refused
from tenantry.kernel.text import _

M = TypeVar("M", bound=Model)
LARGEST = 200


def paged(rows: QuerySet[M], *, key: str, after: str, limit: int, show: Callable[[M], Any]) -> dict[str, Any]:
    """Up to `limit` rows in the order of (key, id) that follow the cursor, and the cursor of the next page.

    Refuses a limit outside 1 to 200 and a cursor that is not ours.
    """
    if not 1 <= limit <= LARGEST:
        raise Refused(_("A page holds 1 to {largest} rows."), largest=LARGEST)
    ordered = rows.order_by(key, "id")
    if after:
        value, last = _opened(after)
        ordered = ordered.filter(Q(**{f"{key}__gt": value}) | Q(**{key: value, "id__gt": last}))
    found = list(ordered[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    cursor = signing.dumps([getattr(more, key), more.pk], salt="page") if more is not None else None
    return {"value": [show(row) for row in found[:limit]], "next": cursor}


def _opened(cursor: str) -> tuple[Any, int]:
    try:
        value, last = signing.loads(cursor, salt="page")
    except (signing.BadSignature, ValueError):
        raise Refused(_("This page address is not ours. Start again at the first page.")) from None
    return value, int(last)
