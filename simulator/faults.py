"""Faults on demand: rules shared by all processes, with rates from a counter; they do not outlive a restart."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from simulator.store import Store
from simulator.wire import Answer, Request, error

TOKEN_KINDS = {"consent_revoked", "principal_disabled", "secret_expired", "certificate_bad", "ca_blocked", "login_busy"}
KINDS = TOKEN_KINDS | {
    "throttle", "throttle_bare", "unavailable", "server_error", "slow", "reset", "truncated", "wrong_type",
    "delta_expired", "page_expired", "token_expired", "insufficient_claims", "consent_reduced", "no_premium", "gone",
}  # fmt: skip
_PREFIX = b"f/"


class Faults:
    """The rules in force. A rule: {match: {part, method, path, tenant, app}, kind, rate, count, after, params}."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seen: tuple[float, list[dict[str, Any]]] = (0.0, [])

    def rules(self) -> list[dict[str, Any]]:
        """All rules, oldest first."""
        return [self.store.read(key) for key, _value in self.store.scan(_PREFIX)]

    def add(self, rule: dict[str, Any]) -> str:
        """Put a rule in force; ValueError for an unknown kind."""
        if rule.get("kind") not in KINDS:
            raise ValueError(f"unknown kind of fault: {rule.get('kind')}")
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        known = {"match": {}, "rate": 1.0, "count": None, "after": 0, "params": {}} | rule
        self.store.write(_PREFIX + name.encode(), known | {"id": name, "seen": 0, "done": 0})
        return name

    def remove(self, name: str = "") -> None:
        """Take one rule away, or all."""
        with self.store.begin() as write:
            for key, _value in self.store.scan(_PREFIX + name.encode()):
                write.delete(key)

    def find(self, part: str, request: Request, tenant: str = "", app: str = "") -> dict[str, Any] | None:
        """The first rule that strikes this request; counts it."""
        for key, _value in self.store.scan(_PREFIX):
            rule = self.store.read(key)
            if rule is not None and _matches(rule["match"], part, request, tenant, app) and self._strikes(key, rule):
                return dict(rule)
        return None

    def _strikes(self, key: bytes, rule: dict[str, Any]) -> bool:
        seen = rule["seen"] + 1
        due = seen > rule["after"] and int(seen * rule["rate"]) > int((seen - 1) * rule["rate"])
        strikes = due and (rule["count"] is None or rule["done"] < rule["count"])
        self.store.write(key, rule | {"seen": seen, "done": rule["done"] + int(strikes)})
        return strikes


def _matches(match: dict[str, Any], part: str, request: Request, tenant: str, app: str) -> bool:
    return (
        match.get("part", part) == part
        and match.get("method", request.method) == request.method
        and match.get("tenant", tenant) == tenant
        and match.get("app", app) == app
        and re.search(match.get("path", ""), request.path) is not None
    )


def instead(rule: dict[str, Any]) -> Answer | None:
    """The answer that a rule gives in place of the real one; None where it only alters it."""
    params, kind = rule["params"], rule["kind"]
    if kind == "reset":
        return Answer(reset=True)
    if kind == "wrong_type":
        return Answer(200, b"<html><body>Sign in to your network</body></html>", {"content-type": "text/html"})
    if kind in _CHALLENGES:
        return error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.",
                     {"www-authenticate": f'Bearer realm=""{_CHALLENGES[kind]}'})  # fmt: skip
    if kind not in _REFUSALS:
        return None
    status, code, text = _REFUSALS[kind]
    waits = kind in {"throttle", "unavailable"}
    headers = {"retry-after": str(params.get("retry_after", 2))} if waits else None
    return error(params.get("status", status), code, text, headers)


_CHALLENGES = {
    "token_expired": "",
    "insufficient_claims": ', error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="',
}
_REFUSALS: dict[str, tuple[int, str, str]] = {
    "throttle": (429, "TooManyRequests", "Too many requests."),
    "throttle_bare": (429, "TooManyRequests", "Too many requests."),
    "unavailable": (503, "serviceNotAvailable", "The service is unavailable."),
    "server_error": (500, "InternalServerError", "An internal error occurred."),
    "delta_expired": (410, "syncStateNotFound", "The sync state generation is not found."),
    "page_expired": (400, "Directory_ExpiredPageToken", "Specified page token value has expired."),
    "consent_reduced": (403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    "no_premium": (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                   "Neither tenant is B2C or tenant doesn't have premium license."),
    "gone": (404, "Request_ResourceNotFound", "Resource does not exist."),
}  # fmt: skip


def alter(rule: dict[str, Any], answer: Answer) -> Answer:
    """The real answer, late or cut off."""
    if rule["kind"] == "slow":
        answer.wait = float(rule["params"].get("seconds", 1.0))
    if rule["kind"] == "truncated":
        answer.cut = int(rule["params"].get("bytes", max(len(answer.body) // 2, 1)))
    return answer
