"""Faults on demand: rules shared by all processes, with rates from a counter; they do not outlive a restart."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.store import Store
from simulator.wire import JSON, Answer, Request, error, throttled

Rule = dict[str, Any]
TOKEN_KINDS = {"consent_revoked", "principal_disabled", "secret_expired", "certificate_bad", "ca_blocked", "login_busy"}
NOTICE_KINDS = {"notify_drop", "notify_twice", "notify_forged"}
KINDS = TOKEN_KINDS | NOTICE_KINDS | {
    "throttle", "throttle_bare", "throttle_item", "unavailable", "server_error", "slow", "reset", "truncated",
    "wrong_type", "empty_page", "repeat", "delta_expired", "page_expired", "token_expired", "insufficient_claims",
    "consent_reduced", "no_premium", "gone", "precondition", "replication_delay",
}  # fmt: skip
MATCHES = {"part", "method", "path", "tenant", "app", "batch_item"}
WRITES = {"POST", "PATCH", "PUT", "DELETE"}
_PREFIX = b"f/"


class Faults:
    """The rules in force: {match: {part, method, path, tenant, app, batch_item}, kind, rate, count, after, params}."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def rules(self) -> list[Rule]:
        """All rules, oldest first, with how many requests each has `seen` and struck (`done`)."""
        return [msgspec.json.decode(value) for _key, value in self.store.scan(_PREFIX)]

    def add(self, rule: Rule) -> str:
        """Put a rule in force; ValueError for an unknown kind, match or a rate outside 0 to 1."""
        known = {"match": {}, "rate": 1.0, "count": None, "after": 0, "params": {}} | rule
        _check(known)
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        self.store.write(_PREFIX + name.encode(), known | {"id": name, "seen": 0, "done": 0})
        return name

    def remove(self, name: str = "") -> None:
        """Take one rule away, or all."""
        keys = [key for key, _value in self.store.scan(_PREFIX + name.encode())]
        with self.store.begin() as write:
            for key in keys:
                write.delete(key)

    def find(self, part: str, request: Request, tenant: str = "", app: str = "", *, item: str = "") -> Rule | None:
        """The first rule that strikes this request, or this item of a batch; counts every request that matches."""
        facts = {"method": request.method, "tenant": tenant, "app": app, "batch_item": item}
        for key, value in self.store.scan(_PREFIX):
            rule = msgspec.json.decode(value)
            if _concerns(rule, part, request) and _matches(rule["match"], request, facts) and self._strikes(key):
                return dict(rule)
        return None

    def _strikes(self, key: bytes) -> bool:
        """Count a request, and whether it is struck, in one transaction over all processes."""
        with self.store.begin() as write:
            found = write.get(key)
            if found is None:
                return False
            rule = msgspec.json.decode(found)
            rule["seen"] += 1
            strikes = _is_due(rule) and (rule["count"] is None or rule["done"] < rule["count"])
            rule["done"] += int(strikes)
            write.put(key, msgspec.json.encode(rule))
        return strikes


def _check(rule: Rule) -> None:
    if rule.get("kind") not in KINDS:
        raise ValueError(f"unknown kind of fault: {rule.get('kind')}")
    unknown = sorted(set(rule["match"]) - MATCHES)
    if unknown:
        raise ValueError(f"unknown match: {unknown[0]}")
    if not 0 <= float(rule["rate"]) <= 1:
        raise ValueError("the rate is a share from 0 to 1")
    try:
        re.compile(rule["match"].get("path", ""))
    except re.error as wrong:
        raise ValueError(f"the path is no expression: {wrong}") from None


def _is_due(rule: Rule) -> bool:
    """Every request at rate 1, every second at 0.5: exact steps of a counter, no chance."""
    number = rule["seen"] - rule["after"]
    rate = Fraction(str(rule["rate"]))
    return bool(number > 0 and int(number * rate) > int((number - 1) * rate))


def _concerns(rule: Rule, part: str, request: Request) -> bool:
    """Whether a kind can befall this request at all."""
    kind = rule["kind"]
    if kind in TOKEN_KINDS:
        possible = part == "token"
    elif kind in NOTICE_KINDS:
        possible = part == "notify"
    elif part == "batch":
        refuses = kind in _REFUSALS or kind in _CHALLENGES
        possible = kind == "throttle_item" or (refuses and (kind not in _ONLY or _ONLY[kind](request)))
    elif kind == "throttle_item":
        possible = False
    elif kind in _ONLY:
        possible = part == "graph" and _ONLY[kind](request)
    else:
        possible = part == rule["match"].get("part", "graph")
    return possible and rule["match"].get("part", part) == part


_ONLY: dict[str, Callable[[Request], bool]] = {
    "delta_expired": lambda request: bool(request.query.get("$deltatoken")),
    "page_expired": lambda request: bool(request.query.get("$skiptoken")),
    "empty_page": lambda request: request.method == "GET",
    "repeat": lambda request: request.method == "GET",
    "precondition": lambda request: request.method in WRITES,
    "replication_delay": lambda _request: True,
}
"""What can befall Graph requests of a sort only."""


def _matches(match: dict[str, Any], request: Request, facts: dict[str, str]) -> bool:
    named = all(match.get(name, fact) == fact for name, fact in facts.items())
    return named and re.search(match.get("path", ""), request.path) is not None


def lag(rule: Rule) -> float:
    """How many seconds the lists of a struck request are behind; 0 for another fault."""
    return float(rule["params"].get("seconds", 30)) if rule["kind"] == "replication_delay" else 0.0


def instead(rule: Rule, request: Request | None = None) -> Answer | None:
    """The answer that a rule gives in place of the real one; None where it only alters it."""
    params, kind = rule["params"], rule["kind"]
    if kind == "reset" and "bytes" not in params:
        return Answer(reset=True)
    if kind == "wrong_type":
        return Answer(200, b"<html><body>Sign in to your network</body></html>", {"content-type": "text/html"})
    if kind in _CHALLENGES:
        return error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.",
                     {"www-authenticate": f'Bearer realm=""{_CHALLENGES[kind]}'})  # fmt: skip
    if kind not in _REFUSALS:
        return None
    status, code, text = _REFUSALS[kind]
    status = params.get("status", status)
    if kind == "server_error" and status == 504:
        return Answer(504)
    headers = _headers(rule, request)
    return throttled(headers) if status == 429 else error(status, code, text, headers)


def _headers(rule: Rule, request: Request | None) -> dict[str, str]:
    if rule["kind"] in {"throttle", "throttle_item", "unavailable"}:
        return {"retry-after": str(rule["params"].get("retry_after", 2))}
    if rule["kind"] == "delta_expired" and request is not None:
        return {"location": f"{request.base}{request.path}?$deltatoken="}
    return {}


_CHALLENGES = {
    "token_expired": "",
    "insufficient_claims": ', error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="',
}
_REFUSALS: dict[str, tuple[int, str, str]] = {
    "throttle": (429, "TooManyRequests", "Too many requests."),
    "throttle_bare": (429, "TooManyRequests", "Too many requests."),
    "throttle_item": (429, "TooManyRequests", "Too many requests."),
    "unavailable": (503, "serviceNotAvailable", "The service is unavailable."),
    "server_error": (500, "InternalServerError", "An internal error occurred."),
    "delta_expired": (410, "syncStateNotFound", "The sync state generation is not found."),
    "page_expired": (400, "Directory_ExpiredPageToken", "Specified page token value has expired."),
    "consent_reduced": (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    "no_premium": (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                   "Neither tenant is B2C or tenant doesn't have premium license."),
    "precondition": (412, "PreconditionFailed", "The object has changed since it was read."),
    "gone": (404, "Request_ResourceNotFound", "Resource does not exist."),
}  # fmt: skip


def alter(rule: Rule, answer: Answer, request: Request | None = None) -> Answer:
    """The real answer: late, cut off (`reset` breaks the connection there), empty with a next link, or repeating."""
    kind, params = rule["kind"], rule["params"]
    if kind == "slow":
        late = "wait_in_body" if params.get("in") == "body" else "wait"
        setattr(answer, late, float(params.get("seconds", 1.0)))
    if kind in {"truncated", "reset"}:
        answer.cut = int(params.get("bytes", max(len(answer.body) // 2, 1)))
        answer.reset = kind == "reset"
    if kind in {"empty_page", "repeat"} and request is not None:
        return _reworded(kind, answer, request)
    return answer


def _reworded(kind: str, answer: Answer, request: Request) -> Answer:
    """An empty page leads to the same address once more; a repeating page gives its first object twice."""
    body = msgspec.json.decode(answer.body) if answer.headers.get("content-type") == JSON else None
    if not isinstance(body, dict) or not isinstance(body.get("value"), list):
        return answer
    if kind == "repeat":
        body["value"] = [*body["value"], *body["value"][:1]]
    else:
        body = {name: value for name, value in body.items() if name not in {"@odata.deltaLink", "value"}}
        again = f"{request.base}{request.path}?{urlencode(request.query)}"
        body |= {"@odata.nextLink": again, "value": []}
    return Answer(answer.status, msgspec.json.encode(body), answer.headers)
