"""The deployment's keys in a backup: sealed under words that only the operator knows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets

from cryptography.fernet import Fernet, InvalidToken

SHORTEST = 16
KEYS = ("SECRET_KEY", "SEAL_KEY")


def locked(keys: dict[str, str], passphrase: str) -> bytes:
    """The keys as they may lie beside data: nothing in them can be read without the passphrase."""
    salt = secrets.token_bytes(16)
    sealed = _box(passphrase, salt).encrypt(json.dumps(keys).encode())
    return json.dumps({"salt": salt.hex(), "sealed": sealed.decode()}).encode()


def unlocked(content: bytes, passphrase: str) -> dict[str, str] | None:
    """The keys again; None for another passphrase."""
    found = json.loads(content)
    try:
        keys: dict[str, str] = json.loads(_box(passphrase, bytes.fromhex(found["salt"])).decrypt(found["sealed"]))
    except InvalidToken:
        return None
    return keys


def _box(passphrase: str, salt: bytes) -> Fernet:
    """Half a second and 128 MB for each guess."""
    key = hashlib.scrypt(passphrase.encode(), salt=salt, n=2**17, r=8, p=1, maxmem=256 * 1024 * 1024, dklen=32)
    return Fernet(base64.urlsafe_b64encode(key))


def marks(keys: dict[str, str]) -> dict[str, str]:
    """By what a key is known again without telling it; the keys are random, so nobody can try all."""
    return {name: hmac.new(keys[name].encode(), b"tenantry backup", hashlib.sha256).hexdigest()[:16] for name in KEYS}
