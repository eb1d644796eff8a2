"""Errors of the cloud, translated once: whose turn it is, and a machine's word for why."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import msgspec

from tenantry.kernel.errors import Broken, Later, Missing, Problem, Refused

# Token errors (Microsoft Entra authentication error codes); the client branches on these, never on the text.
_CODES: dict[int, tuple[str, str]] = {
    700016: ("no_consent", "The app is not present in the tenant."),
    7000229: ("no_consent", "The app is not present in the tenant."),
    7000112: ("no_consent", "The app is switched off in the tenant."),
    65001: ("no_consent", "Nobody has consented to the app."),
    7000215: ("app_credential", "The app's own secret is not accepted."),
    700027: ("app_credential", "The app's own certificate is not accepted."),
    7000222: ("app_expired", "The app's own secret has expired."),
    53003: ("ca_blocked", "A Conditional Access policy blocks the app."),
    90002: ("refused", "Microsoft does not know the tenant."),
    900023: ("refused", "Microsoft does not know the tenant."),
    500011: ("refused", "The service is not present in the tenant."),
    700082: ("refused", "The sign-in was not used for too long."),
    50173: ("refused", "The password has changed since the sign-in."),
    70008: ("refused", "The code has expired."),
    54005: ("refused", "The code was used before."),
    501481: ("refused", "The code is somebody else's."),
}
_ERRORS = {"unauthorized_client": "no_consent", "invalid_client": "no_consent"}
"""What an error means whose number is new to us."""
_BUSY = {"temporarily_unavailable": "unavailable", "server_error": "unavailable", "authorization_pending": "pending",
         "slow_down": "pending"}  # fmt: skip
_WRONG = {"invalid_scope", "unsupported_grant_type"}
_PREMIUM = "Authentication_RequestFrom"
LONGEST_WAIT = 900.0


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Body(msgspec.Struct):
    error: _Error


def of_token(answer: Mapping[str, object]) -> Problem:
    """What a refusal of the token endpoint means: the person's, ours, the tenant's, or nobody's for a moment."""
    error, listed = str(answer.get("error")), answer.get("error_codes")
    if error in _BUSY:
        return Later("Microsoft's sign-in asks us to come again.", seconds=5, code=_BUSY[error])
    for number in listed if isinstance(listed, list) else ():
        if number in _CODES:
            code, sentence = _CODES[number]
            return Refused(sentence, code=code)
    if error in _WRONG:
        return Broken("Microsoft does not understand what we ask: {name}.", name=error, code="unexpected")
    return Refused("Microsoft refused a token.", code=_ERRORS.get(error, "refused"))


def of_graph(status: int, headers: Mapping[str, str], body: bytes, permission: str) -> Problem:
    """What an answer of Graph other than success means."""
    code = _code(body)
    if status == 429:
        return Later("Microsoft asked us to wait.", **_wait(headers), code="throttled")
    if status in {500, 502, 503, 504, 507}:
        return Later("Microsoft did not answer.", **_wait(headers), code="unavailable")
    if status == 401:
        return Refused("Microsoft does not accept the token.", code="refused")
    if status == 404:
        return Missing("Microsoft does not know it.", code="gone")
    return _refused(status, code, permission)


def _refused(status: int, code: str, permission: str) -> Problem:
    if status == 403 and code.startswith(_PREMIUM):
        return Refused("A licence of the tenant is missing.", code="no_licence", detail="Entra ID P1")
    if status == 403:
        return Refused("A permission is missing.", code="no_permission", detail=permission)
    if status == 410 or code in {"syncStateNotFound", "resyncRequired"}:
        return Refused("The delta token has expired.", code="delta_expired")
    if code == "Directory_ExpiredPageToken":
        return Refused("The page token has expired.", code="page_expired")
    return Broken("Microsoft answered {status} {name}.", status=status, name=code, code="unexpected")


def _code(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Body).error.code
    except msgspec.DecodeError:
        return ""


def _wait(headers: Mapping[str, str]) -> dict[str, Any]:
    """Retry-After with its fraction, `asked`; without one two seconds, shaken by a fifth so that callers part."""
    try:
        seconds = float(headers["Retry-After"])
    except (KeyError, ValueError):
        seconds = -1.0
    if math.isfinite(seconds) and seconds >= 0:
        return {"seconds": min(seconds, LONGEST_WAIT), "asked": True}
    return {"seconds": 2.0 * random.uniform(0.8, 1.2), "asked": False}  # noqa: S311  # jitter, no secret
