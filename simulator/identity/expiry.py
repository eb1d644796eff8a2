"""Makes what was issued before now invalid, without waiting for its time to pass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.identity.problems import TABLE

if TYPE_CHECKING:
    from simulator.cloud import Cloud

SORTS = ("access", "refresh", "code", "device")


def expire(cloud: Cloud, sort: str, why: str = "") -> None:
    """End all of one sort; `why` is the refusal that holders of a refresh token meet. ValueError for an unknown one."""
    if sort not in SORTS or (why and why not in TABLE):
        raise ValueError(f"unknown sort of token or reason: {sort} {why}".strip())
    cloud.store.write(f"x/{sort}".encode(), {"at": time.time(), "why": why})


def ended(cloud: Cloud, sort: str, issued: float) -> bool:
    """Whether something issued then was ended since."""
    known = cloud.store.read(f"x/{sort}".encode())
    return known is not None and issued <= known["at"]


def reason(cloud: Cloud, sort: str) -> str:
    """The refusal chosen when the sort was last ended; empty for the usual one."""
    known = cloud.store.read(f"x/{sort}".encode())
    return str(known["why"]) if known else ""
