"""The moment that a list is looked at: now, or a past one that the address names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import QueryDict
from django.utils import timezone

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel import clock
from tenantry.kernel.text import Text, _, say
from tenantry.kernel.web.templatetags.format import moment

BACK = (1, 7, 30)
"""Days by which the control goes back in one step."""


@dataclass(frozen=True)
class Moment:
    """What was asked for: `at` None is now; `problem` says why a wish cannot be answered."""

    wish: str = ""
    at: datetime | None = None
    since: datetime | None = None
    problem: Text = ""

    @property
    def address(self) -> str:
        """The moment as addresses carry it, the same in every time zone; nothing for now."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if self.at else ""

    @property
    def typed(self) -> str:
        """What stands in the field: the wish, or the moment in the reader's time zone."""
        return _typed(self.at) if self.at else self.wish

    @property
    def first(self) -> str:
        """The earliest moment that the field takes."""
        return _typed(self.since + timedelta(seconds=59)) if self.since else ""

    @property
    def last(self) -> str:
        """The latest moment that the field takes."""
        return _typed(clock.now())

    @property
    def steps(self) -> list[tuple[int, str]]:
        """Days back from now that are known, each with its address."""
        now = clock.now()
        days = [(days, now - timedelta(days=days)) for days in BACK]
        return [(each, Moment(at=at).address) for each, at in days if self.since and at >= self.since]


def asked(given: QueryDict, customer_id: int, kinds: Iterable[str]) -> Moment:
    """The moment that an address asks for, as far as these kinds are known then."""
    wish, since = given.get("at", "")[:40], inventory.known_since(customer_id, kinds)
    if not wish:
        return Moment(since=since)
    at = _read(wish)
    return Moment(wish, None if (problem := _problem(at, since)) else at, since, problem)


def _problem(at: datetime | None, since: datetime | None) -> Text:
    if at is None:
        return _("This is no date and time. You see the present.")
    if at > clock.now():
        return _("That moment has not come yet. You see the present.")
    if since is None:
        return _("Nothing has been read yet that could be shown as of a past moment.")
    if at < since:
        return say(_("Nothing is known before {moment}. You see the present."), moment=moment(since))
    return ""


def _read(wish: str) -> datetime | None:
    """A moment, in the reader's time zone unless it names one."""
    try:
        found = datetime.fromisoformat(wish)
        return timezone.make_aware(found) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _typed(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")
