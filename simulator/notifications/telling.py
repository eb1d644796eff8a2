"""What a subscription is told: each change since the last one, and what becomes of itself."""

from __future__ import annotations

import ssl
from typing import Any

import msgspec

from simulator import journal
from simulator.cloud import Cloud
from simulator.notifications import kept
from simulator.notifications.kept import Subscription, lifetimes, stamp
from simulator.notifications.posting import PATIENCE, post
from simulator.wire import Request
from simulator.world import Tenant

MOST_IN_ONE = 100
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 600.0
GIVEN_UP_AFTER = 4 * 3600.0
"""Seconds for which a failing receiver is asked again (Microsoft Graph: change notifications through webhooks)."""
WARNED_BEFORE = 24 * 3600.0
"""Seconds before the end at which renewal is asked for; Microsoft names no time, this one is ours."""
Notices = list[dict[str, Any]]


def waits(cloud: Cloud, subscription: Subscription, now: float) -> bool:
    """Whether there is something to tell, and its moment has come."""
    if subscription.retry_at > now:
        return False
    ends_soon = not subscription.warned and subscription.expires - now < WARNED_BEFORE
    tenant = _tenant(cloud, subscription)
    return bool(subscription.events) or ends_soon or cloud.world.change_count(tenant) > subscription.told


def tell(cloud: Cloud, subscription: Subscription, context: ssl.SSLContext) -> None:
    """Tell it what it has not been told; what is not received is told again later, for four hours."""
    now, tenant = cloud.world.now().timestamp(), _tenant(cloud, subscription)
    number = cloud.world.change_count(tenant)
    if not subscription.warned and subscription.expires - now < WARNED_BEFORE:
        kept.alter(cloud.store, subscription, warned=True)
        subscription = kept.event(cloud.store, subscription, "reauthorizationRequired")
    if "subscriptionRemoved" in subscription.events:
        kept.forget(cloud.store, subscription)
    received = _lifecycle(subscription, context) and _changes(cloud, subscription, number, context)
    if received:
        kept.alter(cloud.store, subscription, told=number, events=(), failures=0, failing_since=0.0, retry_at=0.0)
        return
    since = subscription.failing_since or now
    if now - since >= GIVEN_UP_AFTER:
        kept.alter(cloud.store, subscription, told=number, events=("missed",), failures=0, failing_since=0.0,
                   retry_at=now + LONGEST_PAUSE)  # fmt: skip
        return
    pause = min(FIRST_PAUSE * 2**subscription.failures, LONGEST_PAUSE)
    kept.alter(cloud.store, subscription, failures=min(subscription.failures + 1, 20), failing_since=since,
               retry_at=now + pause)  # fmt: skip


def farewell(subscription: Subscription, context: ssl.SSLContext) -> None:
    """Say once that a subscription is gone that nobody gave up."""
    _lifecycle(msgspec.structs.replace(subscription, events=("subscriptionRemoved",)), context)


def _tenant(cloud: Cloud, subscription: Subscription) -> Tenant:
    found = cloud.world.tenant(subscription.tenant)
    if found is None:
        raise LookupError(subscription.tenant)
    return found


def _lifecycle(subscription: Subscription, context: ssl.SSLContext) -> bool:
    """Nobody hears of these who has named no address for them."""
    if not subscription.events or not subscription.lifecycle_url:
        return True
    common = _common(subscription) | {"resource": subscription.resource}
    notices = [common | {"lifecycleEvent": event} for event in subscription.events]
    return _received(subscription.lifecycle_url, notices, context)


def _changes(cloud: Cloud, subscription: Subscription, number: int, context: ssl.SSLContext) -> bool:
    notices = _of_changes(cloud, subscription, number)
    for start in range(0, len(notices), MOST_IN_ONE):
        for sent in _befallen(cloud, subscription, notices[start : start + MOST_IN_ONE]):
            if not _received(subscription.url, sent, context):
                return False
    return True


def _of_changes(cloud: Cloud, subscription: Subscription, number: int) -> Notices:
    """One for each object: deletion in the directory is a soft one, and so an update."""
    about, span = lifetimes()[subscription.entity], (subscription.told, number)
    if "updated" not in subscription.changes.split(","):
        return []
    told = journal.since(cloud.store, _tenant(cloud, subscription), subscription.entity, span, ["members", "owners"])
    return [
        _common(subscription) | {
            "changeType": "updated", "resource": f"{about['place']}/{name}",
            "resourceData": {"@odata.type": about["type"], "@odata.id": f"{about['place']}/{name}", "id": name},
        }
        for name in told if subscription.object_id in ("", name)
    ]  # fmt: skip


def _common(subscription: Subscription) -> dict[str, Any]:
    return {"subscriptionId": subscription.id, "subscriptionExpirationDateTime": stamp(subscription.expires),
            "clientState": subscription.client_state or None, "tenantId": subscription.tenant}  # fmt: skip


def _befallen(cloud: Cloud, subscription: Subscription, notices: Notices) -> list[Notices]:
    """What is sent of notices where a fault is in force: nothing, everything twice, or with another clientState."""
    sent = Request("POST", f"/{subscription.resource.strip('/')}")
    rule = cloud.faults.find("notify", sent, subscription.tenant, subscription.app)
    if rule is None:
        return [notices]
    forged = [one | {"clientState": f"not {one['clientState']}"} for one in notices]
    return {"notify_drop": [], "notify_twice": [notices, notices], "notify_forged": [forged]}[rule["kind"]]


def _received(url: str, notices: Notices, context: ssl.SSLContext) -> bool:
    try:
        return 200 <= post(url, msgspec.json.encode({"value": notices}), context, PATIENCE).status < 300
    except (OSError, ValueError):
        return False
