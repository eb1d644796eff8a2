"""Numbers and ids from a seed: keyed BLAKE2b, and GUIDs that decode to the index they were made from."""

from __future__ import annotations

import hashlib
import struct
import uuid
from functools import lru_cache

GENERATOR = 2
_KINDS = {"user": 1, "group": 2, "organization": 3, "made": 4, "role": 5, "device": 6, "application": 7,
          "servicePrincipal": 8, "policy": 9, "place": 10}  # fmt: skip
_MASK = (1 << 31) - 1


def draw(seed: int, *names: str | int) -> tuple[int, ...]:
    """Sixteen words of 32 bits for a name; the same on every machine and Python."""
    text = "/".join(map(str, names)).encode()
    key = struct.pack("<qi", seed, GENERATOR)
    return struct.unpack("<16I", hashlib.blake2b(text, digest_size=64, key=key).digest())


def tenant_guid(seed: int, domain: str) -> str:
    """A tenant's id."""
    words = draw(seed, "tenant", domain)
    return str(uuid.UUID(int=_shaped((words[0] << 28 | words[1] >> 4, (words[2] << 30 | words[3]) & (1 << 62) - 1))))


def plain_guid(seed: int, *names: str | int) -> str:
    """An id that need not decode."""
    words = draw(seed, "guid", *names)
    return str(uuid.UUID(int=_shaped((words[0] << 28 | words[1] >> 4, (words[2] << 30 | words[3]) & (1 << 62) - 1))))


def guid(seed: int, tenant: str, kind: str, index: int) -> str:
    """The id of the object of a kind at an index of a tenant."""
    _high, keys = _tenant_keys(seed, tenant)
    value = _KINDS[kind] << 54 | index << 22
    left, right = value >> 31, value & _MASK
    for key in keys:
        left, right = right, left ^ _mix(right, key)
    low = f"{2 << 62 | left << 31 | right:016x}"  # as uuid.UUID writes it, at a third of its price
    return f"{_tenant_text(seed, tenant)}{low[:4]}-{low[4:]}"


def index_of(seed: int, tenant: str, text: str) -> tuple[str, int] | None:
    """Kind and index that an id of the tenant was made from; None for every foreign or altered id."""
    try:
        known = uuid.UUID(text)
    except ValueError:
        return None
    if str(known) != text:
        return None
    whole = known.int
    high, keys = _tenant_keys(seed, tenant)
    if whole != _shaped((high, whole & (1 << 62) - 1)):
        return None
    low = whole & (1 << 62) - 1
    left, right = low >> 31, low & _MASK
    for key in reversed(keys):
        left, right = right ^ _mix(left, key), left
    value = left << 31 | right
    kind = next((name for name, number in _KINDS.items() if number == value >> 54), None)
    return None if kind is None or value & (1 << 22) - 1 else (kind, value >> 22 & 0xFFFFFFFF)


def _shaped(parts: tuple[int, int]) -> int:
    """Put 60 and 62 free bits round the version (4) and variant (2) bits of a random UUID (RFC 9562)."""
    high, low = parts
    high &= (1 << 60) - 1
    return high >> 12 << 80 | 4 << 76 | (high & 0xFFF) << 64 | 2 << 62 | low


def _mix(half: int, key: int) -> int:
    mixed = (half ^ key) * 0x9E3779B1 & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ mixed >> 29) * 0x85EBCA6B >> 13 & _MASK


@lru_cache(maxsize=4096)
def _tenant_text(seed: int, tenant: str) -> str:
    """The first 19 characters of every id of a tenant."""
    return str(uuid.UUID(int=_shaped((_tenant_keys(seed, tenant)[0], 0))))[:19]


@lru_cache(maxsize=4096)
def _tenant_keys(seed: int, tenant: str) -> tuple[int, tuple[int, ...]]:
    words = draw(seed, "keys", tenant)
    return words[0] << 28 | words[1] >> 4, tuple(word & _MASK for word in words[2:6])
