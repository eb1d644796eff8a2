"""Errors of the cloud, translated once: whose turn it is, and a machine's word for why."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import msgspec

from tenantry.kernel.errors import Broken, Later, Missing, Problem, Refused

# Token errors (Microsoft Entra authentication error codes); the client branches on these, never on the text.
_ABSENT = {700016, 7000229, 7000112}
_OURS = {7000215, 7000222, 700027}
_PREMIUM = "Authentication_RequestFrom"
LONGEST_WAIT = 900.0


class _Error(msgspec.Struct):
    code: str = ""
    message: str = ""


class _Body(msgspec.Struct):
    error: _Error


def of_token(answer: Mapping[str, object]) -> Problem:
    """What a refusal of the token endpoint means."""
    listed = answer.get("error_codes")
    codes = set(listed) if isinstance(listed, list) else set()
    if answer.get("error") in {"temporarily_unavailable", "server_error"}:
        return Later("Microsoft's sign-in is busy.", seconds=5, code="unavailable")
    if codes & _ABSENT or answer.get("error") == "unauthorized_client":
        return Refused("The app is not present in the tenant.", code="no_consent")
    if codes & _OURS:
        return Refused("The app's own credential is not accepted.", code="app_credential")
    if 53003 in codes:
        return Refused("A Conditional Access policy blocks the app.", code="ca_blocked")
    return Refused(
        "Microsoft refused a token.", code="no_consent" if answer.get("error") == "invalid_client" else "refused"
    )


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
