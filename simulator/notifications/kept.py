"""Subscriptions as the store keeps them: who is told of what, where, until when, and how far that has come."""

from __future__ import annotations

import functools
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from simulator.store import Store

PREFIX = b"w/"
Lifetime = dict[str, Any]


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """Moments are seconds of the world clock; `told` is the number of the tenant's last change that was told."""

    id: str
    tenant: str
    app: str
    creator: str
    resource: str  # as it was asked for
    entity: str
    object_id: str  # empty: every object of the kind
    changes: str
    url: str
    lifecycle_url: str
    client_state: str
    expires: float
    told: int
    events: tuple[str, ...] = ()  # lifecycle events that have not been told
    warned: bool = False  # that it ends soon
    failures: int = 0
    failing_since: float = 0.0
    retry_at: float = 0.0

    @property
    def key(self) -> bytes:
        """Where it lies."""
        return f"w/{self.tenant}/{self.id}".encode()

    def shown(self) -> dict[str, Any]:
        """What Graph shows of it; never its clientState."""
        return {"id": self.id, "resource": self.resource, "applicationId": self.app, "changeType": self.changes,
                "clientState": None, "notificationUrl": self.url,
                "lifecycleNotificationUrl": self.lifecycle_url or None,
                "expirationDateTime": stamp(self.expires), "creatorId": self.creator,
                "latestSupportedTlsVersion": "v1_2"}  # fmt: skip


@functools.cache
def lifetimes() -> dict[str, Lifetime]:
    """What can be subscribed to, by the kind's name."""
    found: dict[str, Lifetime] = tomllib.loads((Path(__file__).parent / "lifetimes.toml").read_text())
    return found


def stamp(moment: float) -> str:
    """A moment as Graph writes it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def keep(store: Store, subscription: Subscription) -> None:
    """Store a new subscription."""
    with store.begin() as write:
        write.put(subscription.key, msgspec.json.encode(subscription))


def alter(store: Store, subscription: Subscription, **values: Any) -> bool:
    """Change what is kept, as it is now; False when it is gone."""
    with store.begin() as write:
        found = write.get(subscription.key)
        if found is None:
            return False
        known = msgspec.json.decode(found, type=Subscription)
        write.put(subscription.key, msgspec.json.encode(msgspec.structs.replace(known, **values)))
    return True


def event(store: Store, subscription: Subscription, name: str) -> Subscription:
    """Remember to tell a lifecycle event, without a pause; the subscription with it."""
    values = {"events": (*subscription.events, name), "retry_at": 0.0}
    alter(store, subscription, **values)
    return msgspec.structs.replace(subscription, **values)


def forget(store: Store, subscription: Subscription) -> None:
    """Drop it."""
    with store.begin() as write:
        write.delete(subscription.key)


def every(store: Store, tenant: str = "", app: str = "") -> list[Subscription]:
    """All subscriptions, or those of a tenant or of an app there."""
    prefix = PREFIX + f"{tenant}/".encode() if tenant else PREFIX
    found = [msgspec.json.decode(value, type=Subscription) for _key, value in store.scan(prefix)]
    return [one for one in found if app in ("", one.app)]


def one(store: Store, tenant: str, app: str, name: str) -> Subscription | None:
    """The app's subscription of an id in a tenant."""
    found = store.get(f"w/{tenant}/{name}".encode())
    known = msgspec.json.decode(found, type=Subscription) if found else None
    return known if known is not None and known.app == app else None
