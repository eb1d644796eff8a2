"""Secrets at rest: sealed with the deployment's key, opened only where they are used."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from tenantry.kernel.errors import Broken


def seal(secret: str) -> bytes:
    """A secret as it may stand in a row or a file."""
    return _box().encrypt(secret.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The secret again; Broken when it was sealed with another key."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise Broken("A secret was sealed with another key.") from error


def _box() -> Fernet:
    key = hashlib.sha256(b"tenantry seal " + settings.SEAL_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
