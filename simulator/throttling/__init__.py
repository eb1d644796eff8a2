"""Throttling: what each request takes from its limits, over all processes, on the world clock; off until switched on.

Time is cut into slots, so a bucket stays small however much is asked; a unit comes back up to one slot early.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import msgspec

from simulator.store import Store, Write
from simulator.throttling import keys
from simulator.throttling.keys import Key, Limit
from simulator.wire import Answer, Request, throttled
from simulator.world import Tenant, World

SLOTS = 200
SAID_FROM = 0.8
_PREFIX, _SWITCH = b"b/", b"throttling"
Slots = dict[int, int]


@dataclass(frozen=True)
class Taken:
    """What the limits say of a request: a refusal, or headers for its answer."""

    refusal: Answer | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Use:
    """One limit as a request finds it: units given, units used before it, its cost, and when there is room."""

    limit: Limit
    place: bytes
    units: int
    used: int
    cost: int
    wait: float
    slots: Slots

    @property
    def is_full(self) -> bool:
        return self.used + self.cost > self.units


def switch(store: Store, *, on: bool, tenant: str = "") -> None:
    """Keep limits from now on, or no longer: of a tenant, or of all that have no word of their own."""
    known = store.read(_SWITCH) or {}
    store.write(_SWITCH, known | {tenant: on})


def forget(store: Store) -> None:
    """All that was used is given back; what is switched on stays so."""
    places = [place for place, _value in store.scan(_PREFIX)]
    with store.begin() as write:
        for place in places:
            write.delete(place)


def is_on(store: Store, tenant: str) -> bool:
    """Whether a tenant's limits are kept."""
    known = store.read(_SWITCH) or {}
    return bool(known.get(tenant, known.get("", False)))


def take(request: Request, world: World, tenant: Tenant, app: str) -> Taken:
    """Count a request; refuse it where one of its limits has no room for it."""
    if not is_on(world.store, tenant.id):
        return Taken()
    name, thing = keys.key_of(request)
    key, now = keys.table()[name], world.now().timestamp()
    who = {"app": app, "tenant": tenant.id, "object": thing}
    with world.store.begin() as write:
        uses = [_look(write, one, (tenant.users, now)) for one in _counted(name, request, who)]
        full = [use for use in uses if use.is_full]
        for use in uses if not full or key.counts_refused else ():
            _add(write, use, now)
    if full:
        return Taken(_refusal(key, max(full, key=lambda use: use.wait), who))
    cost = {"x-ms-resource-unit": str(keys.cost_of(key, request))} if key.headers == "directory" else {}
    return Taken(None, cost | _said(key, max(uses, key=lambda use: use.used / use.units), now))


def _counted(name: str, request: Request, who: dict[str, str]) -> list[tuple[Limit, bytes, int]]:
    """The limits that count a request, each with the place of its bucket and the cost."""
    found = []
    for one in (name, "global"):
        key = keys.table()[one]
        cost = keys.cost_of(key, request)
        for number, limit in enumerate(key.limits):
            if limit.counts(request.method):
                shared = "/".join(who[part] for part in limit.per)
                found.append((limit, f"b/{one}/{number}/{shared}".encode()[:400], 1 if limit.plain else cost))
    return found


def _look(write: Write, counted: tuple[Limit, bytes, int], at: tuple[int, float]) -> _Use:
    (limit, place, cost), (users, now) = counted, at
    known = msgspec.json.decode(write.get(place) or b"{}", type=dict[int, int])
    length = limit.window / SLOTS
    slots = {slot: units for slot, units in known.items() if slot > int(now / length) - SLOTS}
    units = limit.of(users)
    if limit.refill:
        return _refilled(limit, (place, units, cost), slots, now)
    used, wait = sum(slots.values()), 0.0
    over = used + cost - units
    for slot in sorted(slots):
        if over <= 0:
            break
        over -= slots[slot]
        wait = (slot + SLOTS) * length - now
    return _Use(limit, place, units, used, cost, wait, slots)


def _refilled(limit: Limit, known: tuple[bytes, int, int], slots: Slots, now: float) -> _Use:
    """A bucket that is refilled all the time: what is used of it drains slot by slot."""
    place, units, cost = known
    length, level, last = limit.window / SLOTS, 0.0, 0
    for slot in sorted(slots):
        level = max(level - (slot - last) * length * limit.refill, 0.0) + slots[slot]
        last = slot
    level = max(level - (int(now / length) - last) * length * limit.refill, 0.0)
    wait = max(level + cost - units, 0.0) / limit.refill
    return _Use(limit, place, units, math.ceil(level), cost, wait, slots)


def _add(write: Write, use: _Use, now: float) -> None:
    slot = int(now / (use.limit.window / SLOTS))
    slots = use.slots | {slot: use.slots.get(slot, 0) + use.cost}
    write.put(use.place, msgspec.json.encode(slots))


def _refusal(key: Key, use: _Use, who: dict[str, str]) -> Answer:
    headers: dict[str, str] = {}
    seldom = key.retry_after == "sometimes" and sum(use.slots.values()) % 2 == 0
    if key.retry_after != "never" and not seldom:
        headers["retry-after"] = _seconds(use.wait)
    if key.headers == "directory":
        shares = {("app", "tenant"): "Tenant_Application", ("app",): "Application", ("tenant",): "Tenant"}
        kind = "Write" if use.limit.methods == "write" else "ReadWrite"
        headers["x-ms-throttle-scope"] = f"{shares[use.limit.per]}/{kind}/{who['app']}/{who['tenant']}"
        over = "WriteLimitExceeded" if use.limit.methods == "write" else "ResourceUnitLimitExceeded"
        headers["x-ms-throttle-information"] = over
    return throttled(headers | _counts(key, use, left=0, until=use.wait))


def _said(key: Key, use: _Use, now: float) -> dict[str, str]:
    """What an answer says of its limits; the directory and SharePoint keep silent below four fifths."""
    used, length = use.used + use.cost, use.limit.window / SLOTS
    if key.headers in {"directory", "ratelimit"} and used < SAID_FROM * use.units:
        return {}
    if key.headers == "directory":
        return {"x-ms-throttle-limit-percentage": f"{used / use.units:.3f}"}
    until = (min(use.slots, default=int(now / length)) + SLOTS) * length - now
    return _counts(key, use, left=max(use.units - used, 0), until=max(until, 0.0))


def _counts(key: Key, use: _Use, *, left: int, until: float) -> dict[str, str]:
    """The headers with which a service counts."""
    match key.headers:
        case "ratelimit":
            return {"ratelimit-limit": str(use.units), "ratelimit-remaining": str(left),
                    "ratelimit-reset": str(math.ceil(until))}  # fmt: skip
        case "arm":
            kind = "reads" if use.limit.methods == "read" else "writes"
            return {f"x-ms-ratelimit-remaining-subscription-{kind}": str(left)}
        case "quota":
            whole = math.ceil(until)
            after = f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
            return {"x-ms-user-quota-remaining": str(left), "x-ms-user-quota-resets-after": after}
        case "qpu":
            name = "x-ms-ratelimit-microsoft.costmanagement-qpu"
            refused = {} if left else {f"{name}-retry-after": _seconds(until)}
            return {f"{name}-consumed": str(use.cost), f"{name}-remaining": str(left)} | refused
        case _:
            return {}


def _seconds(wait: float) -> str:
    """A pause with its fraction, never shorter than it is."""
    return f"{math.ceil(max(wait, 0.001) * 1000) / 1000:g}"
