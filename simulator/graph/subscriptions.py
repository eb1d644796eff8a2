"""/subscriptions: who wants to be told of changes, and whether there is somebody at the address.

Microsoft Graph: "subscription resource type" and "change notifications through webhooks".
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from simulator.graph import collections, permissions
from simulator.graph.calls import Call, Handler
from simulator.graph.problems import GraphError, no_such
from simulator.notifications import kept
from simulator.notifications.kept import Subscription, lifetimes
from simulator.notifications.posting import shakes_hands, trusted
from simulator.wire import Answer, Request, json_answer

LONGEST_STATE = 128
_RESOURCE = re.compile(r"/?(users|groups)(?:/([0-9a-fA-F-]{36}))?/?", re.IGNORECASE)
_NO_HANDS = ("Subscription validation request failed. Notification endpoint must respond with 200 OK to validation "
             "request.")  # fmt: skip
_KNOWN = {"changeType", "notificationUrl", "lifecycleNotificationUrl", "resource", "expirationDateTime", "clientState",
          "latestSupportedTlsVersion", "includeResourceData"}  # fmt: skip
Values = dict[str, Any]


def waits(request: Request) -> bool:
    """Whether a call may wait for a receiver, and so must not hold up others."""
    if request.method not in {"POST", "PATCH"}:
        return False
    return "/subscriptions" in request.path.lower() or (
        request.path.lower().endswith("batch") and b"subscriptions" in request.body.lower())  # fmt: skip


def create(call: Call) -> Answer:
    """A new subscription, 201, once its receivers have shaken hands."""
    wish = call.body()
    _check(wish)
    match = _RESOURCE.fullmatch(wish["resource"])
    if match is None:
        raise _wrong(f"The resource '{wish['resource']}' does not support change notifications.")
    entity = match[1].lower()
    permissions.check(f"GET /{entity}", call.claims)
    subscription = Subscription(
        id=str(uuid.uuid4()), tenant=call.tenant.id, app=call.claims.appid, creator=call.claims.oid,
        resource=wish["resource"], entity=entity, object_id=(match[2] or "").lower(), changes=_changes(wish, entity),
        url=wish["notificationUrl"], lifecycle_url=wish.get("lifecycleNotificationUrl") or "",
        client_state=wish.get("clientState") or "", expires=_end(call, wish["expirationDateTime"], entity),
        told=call.cloud.world.change_count(call.tenant),
    )  # fmt: skip
    _shake_hands(call, subscription.url, subscription.lifecycle_url)
    kept.keep(call.cloud.store, subscription)
    return _answer(call, subscription, 201)


def listed(call: Call) -> Answer:
    """The app's subscriptions in the tenant."""
    found = kept.every(call.cloud.store, call.tenant.id, call.claims.appid)
    context = f"{collections.link(call.request, '$metadata')}#subscriptions"
    return json_answer({"@odata.context": context, "value": [one.shown() for one in found]})


def got(call: Call) -> Answer:
    """One subscription."""
    return _answer(call, _found(call), 200)


def renew(call: Call) -> Answer:
    """Another end, another receiver."""
    found, wish = _found(call), call.body()
    if not wish or not set(wish) <= {"expirationDateTime", "notificationUrl"}:
        raise _wrong("Only expirationDateTime and notificationUrl can be changed.")
    values: Values = {}
    if "notificationUrl" in wish:
        _check_address("notificationUrl", wish["notificationUrl"])
        _shake_hands(call, wish["notificationUrl"])
        values["url"] = wish["notificationUrl"]
    if "expirationDateTime" in wish:
        values |= {"expires": _end(call, wish["expirationDateTime"], found.entity), "warned": False}
    kept.alter(call.cloud.store, found, **values)
    return _answer(call, _found(call), 200)


def delete(call: Call) -> Answer:
    """A subscription less, 204."""
    kept.forget(call.cloud.store, _found(call))
    return Answer(204)


ROUTES: list[tuple[str, str, str, Handler]] = [
    ("POST", "/subscriptions", "/subscriptions", create),
    ("GET", "/subscriptions", "/subscriptions", listed),
    ("GET", "/subscriptions/([^/]+)", "/subscriptions/{id}", got),
    ("PATCH", "/subscriptions/([^/]+)", "/subscriptions/{id}", renew),
    ("DELETE", "/subscriptions/([^/]+)", "/subscriptions/{id}", delete),
]


def _found(call: Call) -> Subscription:
    found = kept.one(call.cloud.store, call.tenant.id, call.claims.appid, call.parts[0])
    if found is None or found.expires <= call.cloud.world.now().timestamp():
        raise no_such(call.parts[0])
    return found


def _answer(call: Call, subscription: Subscription, status: int) -> Answer:
    context = f"{collections.link(call.request, '$metadata')}#subscriptions/$entity"
    return json_answer({"@odata.context": context} | subscription.shown(), status)


def _check(wish: Values) -> None:
    for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
        if not isinstance(wish.get(name), str) or not wish[name]:
            raise _wrong(f"{name} is required.")
    if strange := sorted(set(wish) - _KNOWN):
        raise GraphError(400, "BadRequest", f"The property '{strange[0]}' does not exist on type 'subscription'.")
    for name in ("notificationUrl", "lifecycleNotificationUrl"):
        if wish.get(name) is not None:
            _check_address(name, wish[name])
    state = wish.get("clientState") or ""
    if not isinstance(state, str) or len(state) > LONGEST_STATE:
        raise _wrong(f"clientState cannot be longer than {LONGEST_STATE} characters.")


def _check_address(name: str, address: object) -> None:
    if not isinstance(address, str) or not address.startswith("https://"):
        raise _wrong(f"{name} must be an https address.")


def _changes(wish: Values, entity: str) -> str:
    asked = [one.strip().lower() for one in wish["changeType"].split(",")]
    if not set(asked) <= set(lifetimes()[entity]["changes"]):
        raise _wrong(f"The changeType '{wish['changeType']}' is not supported for the resource.")
    return ",".join(dict.fromkeys(asked))


def _end(call: Call, wished: object, entity: str) -> float:
    now, minutes = call.cloud.world.now(), lifetimes()[entity]["minutes"]
    try:
        end = datetime.fromisoformat(str(wished))
    except ValueError:
        raise _wrong("expirationDateTime is not a moment.") from None
    seconds = (end.replace(tzinfo=end.tzinfo or UTC) - now).total_seconds()
    if seconds <= 0:
        raise _wrong("Subscription expiration must be in the future.")
    if seconds > minutes * 60:
        raise _wrong(f"Subscription expiration can only be {minutes} minutes in the future.")
    return now.timestamp() + seconds


def _shake_hands(call: Call, *addresses: str) -> None:
    context = trusted(call.cloud.folder, call.cloud.trusted)
    for address in dict.fromkeys(one for one in addresses if one):
        token = f"Validation: Testing client application reachability for subscription Request-Id: {uuid.uuid4()}"
        if not shakes_hands(address, token, context):
            raise _wrong(_NO_HANDS)


def _wrong(message: str) -> GraphError:
    return GraphError(400, "ValidationError", message)
