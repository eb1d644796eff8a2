"""Numbers, dates and ages as the reader's language writes them."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from django import template
from django.utils import timezone
from django.utils.translation import get_language

from tenantry.kernel import clock
from tenantry.kernel.text import _, ngettext

register = template.Library()

BABEL = {"en": "en_GB", "de": "de_DE", "fr": "fr_FR", "ja": "ja_JP"}
DAY_PATTERN = {"en": "d MMM y", "de": "d. MMM y", "fr": "d MMM y", "ja": "y年M月d日"}
UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def spoken() -> str:
    """The two letters of the active language."""
    return (get_language() or "en").partition("-")[0]


def _locale() -> Locale:
    return Locale.parse(BABEL.get(spoken(), "en_GB"))


@register.filter
def figure(value: float | None, digits: int = 0) -> str:
    """A number with the language's own separators: 1,280, 1.280, 1 280."""
    if value is None:
        return ""
    if type(value) is int and -1000 < value < 1000 and not digits:
        return str(value)  # alike in every language, and most of what lists show
    return _decimal(round(value, digits), spoken())


@lru_cache(maxsize=4096, typed=True)
def _decimal(value: float, _language: str) -> str:
    """Lists write the same small numbers over and over, and reading their pattern takes long."""
    return str(format_decimal(value, locale=_locale()))


@register.filter
def percent(value: float, digits: int = 0) -> str:
    """A share between 0 and 1 in per cent; a no-break space before the sign where the language has one."""
    text = format_percent(round(value, digits + 2), locale=_locale(), decimal_quantization=False)
    return text.replace("%", "\u00a0%") if spoken() == "en" else text


def share(yes: int, no: int, unknown: int = 0) -> str:
    """A percentage of what is known, of how many, and how many are not known: 88.9 % of 9, 1 unknown.

    Who is unknown counts neither way; of nobody known no percentage is told.
    """
    known = yes + no
    if not known:
        return ngettext("{n} unknown", "{n} unknown", unknown).format(n=figure(unknown))
    told = _("{percent} of {known}").format(percent=percent(yes / known, 1), known=figure(known))
    if not unknown:
        return told
    rest = ngettext("{n} unknown", "{n} unknown", unknown).format(n=figure(unknown))
    return _("{share}, {unknown}").format(share=told, unknown=rest)


@register.filter
def size(value: float) -> str:
    """Bytes as B, KB, MB, GB, TB or PB in steps of 1,024, one digit below ten."""
    unit = 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{figure(value, 1 if value < 10 and unit else 0)}\u00a0{UNITS[unit]}"


@register.filter
def day(value: date | datetime | None) -> str:
    """A date in the reader's time zone: 3 Oct 2026, 3. Okt. 2026, 3 oct. 2026, 2026年10月3日."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return format_date(value, DAY_PATTERN.get(spoken(), "d MMM y"), locale=_locale())


@register.filter
def moment(value: datetime | None) -> str:
    """Date and time of day, 24 hours, in the reader's time zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{day(local)} {format_datetime(local, 'HH:mm', locale=_locale())}"


@register.filter
def hour(value: datetime | None) -> str:
    """Time of day with seconds, in the reader's time zone."""
    return "" if value is None else format_time(timezone.localtime(value), "HH:mm:ss", locale=_locale())


@register.filter
def clock_time(value: datetime | None) -> str:
    """Time of day to the minute, 24 hours, in the reader's time zone."""
    return "" if value is None else format_time(timezone.localtime(value), "HH:mm", locale=_locale())


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago a moment was: just now, 4 min ago, 3 h ago, 2 days ago."""
    if value is None:
        return ""
    minutes = int((clock.now() - value).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{n} min ago", "{n} min ago", minutes).format(n=minutes)
    if minutes < 24 * 60:
        return ngettext("{n} h ago", "{n} h ago", minutes // 60).format(n=minutes // 60)
    days = minutes // (24 * 60)
    return ngettext("{n} day ago", "{n} days ago", days).format(n=days)


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """The value of a mapping under a key that only the template knows; nothing when it is not there."""
    return mapping.get(key, "") if mapping else ""
