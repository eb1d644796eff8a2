"""Notices of change that Microsoft posts: what they are worth is decided by a hash that only this deployment can make.

A notice is a hint and nothing else. Of what it says only `clientState` is used, which we made ourselves when we
subscribed, and the word of a lifecycle event; a read follows that asks Microsoft.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import NamedTuple

import msgspec
from django.conf import settings

from tenantry.kernel.errors import Broken

MOST = 1_000
LONGEST_STATE = 128
EVENTS = frozenset({"missed", "reauthorizationRequired", "subscriptionRemoved"})


class Reference(NamedTuple):
    """Whose subscription it is, in our own words."""

    region: str
    partner: int
    source: int
    kind: str


class Notice(NamedTuple):
    """Something has changed, or (`event`) something happened to the subscription."""

    reference: Reference
    event: str = ""


class _Item(msgspec.Struct):
    state: str | None = msgspec.field(name="clientState", default=None)
    event: str | None = msgspec.field(name="lifecycleEvent", default=None)


class _Body(msgspec.Struct):
    value: list[_Item]


def state_for(reference: Reference) -> str:
    """The clientState of a subscription: what it is about, and a keyed hash of that."""
    said = ".".join(map(str, reference))
    state = f"{said}.{_mark(said)}"
    if len(state) > LONGEST_STATE:
        raise Broken("The name of a subscription is too long.")
    return state


def reference_of(state: str) -> Reference | None:
    """What a clientState of ours is about; None for any other. Compared in constant time."""
    if len(state) > LONGEST_STATE:
        return None
    said, _dot, mark = state.rpartition(".")
    if not hmac.compare_digest(mark.encode(), _mark(said).encode()):
        return None
    region, partner, source, kind = said.split(".")
    return Reference(region, int(partner), int(source), kind)


def notices_in(body: bytes) -> list[Notice]:
    """The notices of a post that are ours, each once; none where it is not understood."""
    try:
        items = msgspec.json.decode(body, type=_Body).value[:MOST]
    except (msgspec.DecodeError, RecursionError):
        return []
    found: dict[Notice, None] = {}
    for item in items:
        reference = reference_of(item.state or "")
        if reference is not None and (item.event is None or item.event in EVENTS):
            found[Notice(reference, item.event or "")] = None
    return list(found)


def _mark(said: str) -> str:
    key = hashlib.sha256(b"tenantry notices " + settings.SEAL_KEY.encode()).digest()
    return base64.urlsafe_b64encode(hmac.new(key, said.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
