"""The Python face of the directory's five functions: who holds what, and where it lives.

A row that must be unique over regions is claimed here first, then written in its region, then confirmed. An
unconfirmed claim lapses after ten minutes, yet passes on only when the region that held it denies having the row: a
crash between writing and confirming loses nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.db import OperationalError, connections

from tenantry.kernel import clock, scope

LAPSES_AFTER = timedelta(minutes=10)
KEY_VERSION = 1
Kind = Literal["email", "tenant", "directory", "link"]


Witness = Callable[[str], bool]
_witnesses: dict[str, Witness] = {}


class Place(NamedTuple):
    """Where something lives."""

    partner: int
    region: str


class Answer(NamedTuple):
    """Who holds a claim after asking for it: `ours`, newly or again, or `taken` by another partner."""

    ours: bool
    confirmed: bool


def hashed(kind: str, value: str) -> str:
    """The keyed hash under which the directory knows a value (NFKC, case folded)."""
    plain = unicodedata.normalize("NFKC", value).strip().casefold()
    key = hmac.new(settings.SECRET_KEY.encode(), f"directory {KEY_VERSION}".encode(), hashlib.sha256).digest()
    return hmac.new(key, f"{kind}:{plain}".encode(), hashlib.sha256).hexdigest()


def witness(kind: Kind) -> Callable[[Witness], Witness]:
    """Name the function that says, in the scope of a partner, whether it has the row of a claimed value."""

    def mark(function: Witness) -> Witness:
        _witnesses[kind] = function
        return function

    return mark


def claim(kind: Kind, value: str, partner: int, region: str) -> Answer:
    """Hold a value for a partner; ours again if it was ours, taken while another partner's claim has not lapsed."""
    found = _claim(kind, value, Place(partner, region))
    if found.stale and found.holder.partner != partner and _denies(kind, value, found.holder):
        found = _claim(kind, value, Place(partner, region), denied_by=found.holder.partner)
    return Answer(found.holder.partner == partner, found.confirmed)


class _Held(NamedTuple):
    confirmed: bool
    holder: Place
    stale: bool


def _claim(kind: Kind, value: str, place: Place, denied_by: int | None = None) -> _Held:
    now = clock.now()
    confirmed, holder, held_in, stale = _call(
        "SELECT confirmed, holder, held_in, stale FROM claim(%s, %s, %s, %s, %s, %s, %s, %s)",
        [kind, hashed(kind, value), KEY_VERSION, *place, now, now - LAPSES_AFTER, denied_by],
    ) or (False, 0, "", False)
    return _Held(confirmed, Place(holder, held_in), stale)


def _denies(kind: Kind, value: str, holder: Place) -> bool:
    """Whether the holder's region says that the row was never written; a region that is away denies nothing."""
    if kind not in _witnesses:
        return True
    try:
        with scope.route(*holder):
            return not _witnesses[kind](value)
    except OperationalError:
        return False


def confirm(kind: Kind, value: str, partner: int) -> None:
    """Say that the row of a claim has been written; from now on it routes to the partner and never lapses."""
    _call("SELECT confirm(%s, %s, %s, %s)", [kind, hashed(kind, value), partner, clock.now()])


def release(kind: Kind, value: str, partner: int) -> None:
    """Give a claim back: its row was not written, or is gone."""
    _call("SELECT release(%s, %s, %s)", [kind, hashed(kind, value), partner])


def route(kind: Kind, value: str) -> Place | None:
    """Where the holder of a confirmed value lives; None for a value that nobody holds."""
    found = _call("SELECT partner, region FROM route(%s, %s)", [kind, hashed(kind, value)])
    return Place(*found) if found else None


def count_attempt(what: str, minutes: int) -> int:
    """Count one try in the present window of so many minutes; returns how many there were, this one included."""
    now = clock.now()
    window = now.replace(minute=now.minute - now.minute % minutes, second=0, microsecond=0)
    found = _call("SELECT count_attempt(%s, %s)", [hashed("attempt", what), window])
    return int(found[0]) if found else 1


def _call(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connections["directory"].cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
