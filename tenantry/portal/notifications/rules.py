"""What is decided about mails from values alone."""

from __future__ import annotations

from datetime import datetime, timedelta

TRIED_FOR = timedelta(hours=48)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)


def next_try(made_at: datetime, tries: int, now: datetime) -> datetime | None:
    """When a mail that was not taken is tried again: pauses double up to 15 minutes; None once 48 hours are over."""
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return now + pause if now - made_at < TRIED_FOR else None
