"""Skip and delta tokens: signed and self-contained, so that they outlive a restart."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec


def seal(value: dict[str, Any], key: bytes) -> str:
    """A token that says what it says and cannot be altered."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=")
    return f"{body.decode()}.{_mark(body, key)}"


def unseal(token: str, key: bytes) -> dict[str, Any] | None:
    """What a token says; None for one that is not ours."""
    body, _dot, mark = token.rpartition(".")
    if not body or not hmac.compare_digest(mark, _mark(body.encode(), key)):
        return None
    padded = body + "=" * (-len(body) % 4)
    found: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(padded))
    return found


def _mark(body: bytes, key: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.new(key, body, hashlib.sha256).digest()[:15]).decode()
