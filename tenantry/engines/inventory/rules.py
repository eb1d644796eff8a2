"""What follows from values alone: how old a reading is, in words, and how numbers of several readings combine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import formats, timezone, translation

from tenantry.kernel.text import _, lazy, ngettext, say

PROBE_EVERY, NO_TIME = timedelta(hours=1), timedelta()
KEPT = timedelta(days=400)
"""How long versions are kept (What all modules share, section 6)."""
REFUSALS = frozenset({
    "no_consent", "no_permission", "no_licence", "app_credential", "app_expired", "ca_blocked", "refused",
})  # fmt: skip
"""Reasons after which Microsoft is asked once an hour only; all others are tried again at the kind's own interval."""
WHOLE_TENANT = frozenset({"no_consent", "app_credential", "app_expired", "ca_blocked", "refused"})
"""Reasons that concern every kind of the tenant, since no token is given."""
REASONS = REFUSALS | {"throttled", "unavailable", "not_in_this_cloud", "concealed", "no_api", "paused"}
"""Every reason that a kind may be unknown for; whatever else goes wrong shows as `unavailable`."""
_ORDER = ("fresh", "late", "reading", "stale", "unknown")


class Stamp(NamedTuple):
    """How old a number or list is: `state` is fresh, late, reading, stale or unknown; `text` and `title` are words."""

    state: str
    at: datetime | None
    text: str
    title: str
    reason: str = ""
    percent: int | None = None

    @property
    def worth(self) -> int:
        """Higher is worse; a figure made of several shows the worst."""
        return _ORDER.index(self.state)


class Reading(NamedTuple):
    """What is known of the reading of one kind."""

    read_at: datetime | None
    interval: timedelta
    reason: str = ""
    detail: str = ""
    objects: int = 0
    expected: int | None = None
    waiting_until: datetime | None = None
    failing_since: datetime | None = None
    lag: timedelta = NO_TIME
    as_of: datetime | None = None  # Microsoft's own date of what was read

    @property
    def since(self) -> datetime | None:
        """The moment from which the age counts."""
        return self.as_of or self.read_at


def stamp(reading: Reading, now: datetime) -> Stamp:
    """The age of a reading (What all modules share, section 5): fresh to 1.5 intervals, late to 3, then stale.

    What was read once and can no longer be keeps its age, in amber and with the reason; only what was never read
    is unknown.
    """
    return Teller(now).stamp(reading)


class Teller:
    """Tells ages at one moment, to a reader of one language and time zone; a list tells hundreds."""

    def __init__(self, now: datetime) -> None:
        self.now, self._today = now, timezone.localtime(now).date()
        self._reader = timezone.get_current_timezone_name(), translation.get_language()

    def stamp(self, reading: Reading) -> Stamp:
        """As the function of this name."""
        read_at, now = reading.read_at, self.now
        if read_at is None:
            return _never_read(reading, now)
        since = reading.as_of or read_at
        age = max(now - since, NO_TIME)
        if reading.reason:
            why, read = explain(reading, now), clock_time(since, now)
            title = say(_("{why} The last known value is from {time}."), why=why, time=read)
            return Stamp("stale", since, since_words(age), title, reading.reason)
        state = mark(age - reading.lag, reading.interval)
        told = _since_words if state == "stale" else _age_words
        text = told(*_largest(age), self._reader[1])
        return Stamp(state, since, text, self._title(reading, since, read_at))

    def _title(self, reading: Reading, since: datetime, read_at: datetime) -> str:
        if reading.as_of is None:
            return _read_sentence(read_at.replace(second=0, microsecond=0), self._today, *self._reader)
        told = _("Microsoft’s own date is {date}; read at {time}.")
        return say(told, date=clock_time(since, self.now), time=clock_time(read_at, self.now))


def mark(age: timedelta, interval: timedelta) -> str:
    """fresh, late or stale."""
    if age <= interval * 1.5:
        return "fresh"
    return "late" if age <= interval * 3 else "stale"


def _never_read(reading: Reading, now: datetime) -> Stamp:
    if reading.reason:
        return Stamp("unknown", None, unknown_words(reading.reason), explain(reading, now), reading.reason)
    percent = percentage(reading.objects, reading.expected)
    title = _("The first read is running.")
    if reading.waiting_until is not None and reading.waiting_until > now:
        title = say(_("Microsoft asked us to wait until {time}."), time=clock_time(reading.waiting_until, now))
    if percent is None:
        return Stamp("reading", None, _("first read"), title)
    return Stamp("reading", None, say(_("first read {percent} %"), percent=percent), title, percent=percent)


def percentage(objects: int, expected: int | None) -> int | None:
    """Whole percent, at most 99 until it is finished; None while Microsoft has not counted."""
    return None if not expected else min(objects * 100 // expected, 99)


def worst(stamps: Iterable[Stamp]) -> Stamp:
    """The stamp of something made of several readings: the worst mark, and of equal ones the oldest."""
    found = list(stamps)
    if len(found) == 1:
        return found[0]
    if not found:
        return Stamp("unknown", None, unknown_words("not_read_yet"), _("Nothing has been read yet."), "not_read_yet")
    return max(found, key=lambda one: (one.worth, -(one.at.timestamp() if one.at else 0.0)))


def oldest(readings: Iterable[Reading], now: datetime) -> Reading:
    """Of several readings the one whose stamp is worst, and of equal ones the oldest; told without their words."""
    return max(readings, key=lambda one: (_ORDER.index(_mark(one, now)), now - (one.since or now)))


def _mark(reading: Reading, now: datetime) -> str:
    if reading.since is None:
        return "unknown" if reading.reason else "reading"
    return "stale" if reading.reason else mark(max(now - reading.since, NO_TIME) - reading.lag, reading.interval)


@lru_cache(maxsize=4096)
def _read_sentence(minute: datetime, today: date, _zone: str, _language: str | None) -> str:
    """A list says this of each of its figures, and many were read in the same minute."""
    return say(_("Read at {time}."), time=_clock_time(timezone.localtime(minute), today))


def age_words(age: timedelta) -> str:
    """An age in its largest unit: just now, 4 min ago, 3 h ago, 3 days ago."""
    return _age_words(*_largest(age), translation.get_language())


@lru_cache(maxsize=1024)
def _age_words(number: int, unit: str, _language: str | None) -> str:
    match unit:
        case "day":
            words = ngettext("{count} day ago", "{count} days ago", number)
        case "hour":
            words = _("{count} h ago")
        case "minute":
            words = _("{count} min ago")
        case _:
            words = _("just now")
    return say(words, count=number)


def since_words(age: timedelta) -> str:
    """The age of a stale value: from 3 days ago."""
    return _since_words(*_largest(age), translation.get_language())


@lru_cache(maxsize=1024)
def _since_words(number: int, unit: str, _language: str | None) -> str:
    match unit:
        case "day":
            words = ngettext("from {count} day ago", "from {count} days ago", number)
        case "hour":
            words = _("from {count} h ago")
        case "minute":
            words = _("from {count} min ago")
        case _:
            words = _("just now")
    return say(words, count=number)


def _largest(age: timedelta) -> tuple[int, str]:
    minutes = int(age.total_seconds() // 60)
    if minutes >= 1440:
        return minutes // 1440, "day"
    return (minutes // 60, "hour") if minutes >= 60 else (minutes, "minute" if minutes else "now")


_UNKNOWN = {
    "no_consent": lazy("unknown (no consent)"),
    "no_permission": lazy("unknown (no permission)"),
    "no_licence": lazy("unknown (no licence)"),
    "app_expired": lazy("expired (our app’s secret)"),
    "not_in_this_cloud": lazy("unknown (not in this cloud)"),
    "throttled": lazy("unknown (waiting for Microsoft)"),
    "unavailable": lazy("unknown (no answer)"),
    "paused": lazy("unknown (paused)"),
}
_WHY = {
    "no_consent": lazy("Unknown: the app is not present in the tenant."),
    "no_permission": lazy("Unknown: the permission {detail} is missing."),
    "no_licence": lazy("Unknown: the tenant needs {detail}."),
    "throttled": lazy("Unknown: Microsoft asked us to wait until {until}."),
    "unavailable": lazy("Unknown: Microsoft did not answer since {since}."),
    "app_credential": lazy("Unknown: Microsoft does not accept this deployment's own credential."),
    "app_expired": lazy("Expired: the secret of this deployment’s own app has run out; an operator has to renew it."),
    "ca_blocked": lazy("Unknown: a Conditional Access policy blocks the app."),
    "paused": lazy("Unknown: reading is paused."),
}


def unknown_words(reason: str) -> str:
    """The word that stands in place of a number that was never read."""
    return str(_UNKNOWN.get(reason, lazy("unknown")))


def explain(reading: Reading, now: datetime) -> str:
    """The whole sentence behind a reason."""
    sentence = _WHY.get(reading.reason, lazy("Unknown: Microsoft refused."))
    until, since = clock_time(reading.waiting_until or now, now), clock_time(reading.failing_since or now, now)
    return say(sentence, detail=reading.detail, until=until, since=since)


def clock_time(moment: datetime, now: datetime) -> str:
    """Hours and minutes in the reader's time zone; with the date when it is not of the same day."""
    return _clock_time(timezone.localtime(moment), timezone.localtime(now).date())


def _clock_time(local: datetime, today: date) -> str:
    if local.date() == today:
        return local.strftime("%H:%M")
    return f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {local.strftime('%H:%M')}"


def classes(part_number: str, title: str, plans: Iterable[str]) -> str:
    """How a product counts (licensing, section 6): m365, dynamics_power or not."""
    name, words = part_number.upper(), f"{part_number} {title}".upper()
    if any(word in words for word in _EXCLUDED) or name.endswith("_IW"):
        return "not"
    if name.startswith(_DYNAMICS):
        return "dynamics_power"
    if name.startswith(_OTHERS):
        return "not"
    return "m365" if any(_is_seat(plan.upper()) for plan in plans) else "not"


_EXCLUDED = ("TRIAL", "FREE", "EXPLORATORY", "VIRAL", "STUUSEBNFT", "RPA", "UNATTENDED", "MCOCAP", "DEVELOPER", "_TEST")
_DYNAMICS = ("D365", "DYN", "CRM", "POWERAPPS", "POWERAUTOMATE", "POWER_APPS", "POWER_AUTOMATE", "FLOW")
_OTHERS = ("D365", "DYN", "PROJECT", "VISIO", "CRM", "POWER")
_SEATS = frozenset({
    "EXCHANGE_S_STANDARD", "EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_DESKLESS", "EXCHANGE_S_ESSENTIALS",
    "EXCHANGE_B_STANDARD", "EXCHANGE_L_STANDARD", "SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "SHAREPOINTDESKLESS",
    "ONEDRIVESTANDARD", "ONEDRIVEENTERPRISE",
})  # fmt: skip


def _is_seat(plan: str) -> bool:
    plain = plan
    for ending in ("_GOV", "_EDU", "_MIDMARKET"):
        plain = plain.removesuffix(ending)
    return plan == "SHAREPOINTLITE" or plain in _SEATS


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PRIVILEGED = frozenset({
    GLOBAL_ADMINISTRATOR,
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
    "c4e39bd9-1100-46d3-8c65-fb160da0071f",  # Authentication Administrator
    "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",  # Conditional Access Administrator
    "9360feb5-f418-4baa-8175-e2a00bac4301",  # Directory Writers
    "8329153b-31d0-4727-b945-745eb3bc5f31",  # Domain Name Administrator
    "729827e3-9c14-49f7-bb1b-9608f156bbb8",  # Helpdesk Administrator
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",  # Hybrid Identity Administrator
    "3a2c62db-5318-420d-8d74-23affee5d9d5",  # Intune Administrator
    "966707d0-3269-4727-9be2-8c3a10f19b9d",  # Password Administrator
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",  # Privileged Authentication Administrator
    "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role Administrator
    "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security Administrator
    "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User Administrator
})  # fmt: skip
"""Roles that Microsoft marks as privileged and that can write (Microsoft Entra built-in roles, 2026-11)."""
