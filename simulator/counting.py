"""How many requests came, by part, tenant, path and status; over all processes, and forgotten at a restart."""

from __future__ import annotations

import re
from typing import Any

from simulator.store import Store
from simulator.wire import Answer, Request

_PREFIX = b"h/"
_ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-.*|.*@.*|.{32,}")
LONGEST = 200
"""Characters of a path that is counted for itself; others are one."""


def count(store: Store, part: str, tenant: str, request: Request, answer: Answer) -> None:
    """Count a request with what it was answered; status 0 for a connection that was broken instead."""
    status = 0 if answer.reset and answer.cut is None else answer.status
    key = f"h/{part}/{tenant or 'nobody'}/{status}/{request.method} {place(request.path)}".encode()
    with store.begin() as write:
        write.put(key, str(int(write.get(key) or b"0") + 1).encode())


def place(path: str) -> str:
    """A path with {id} for what names an object; the version and the query are not part of it."""
    if len(path) > LONGEST:
        return "(longer)"
    parts = path.strip("/").split("/")
    parts = parts[1:] if parts[0] in {"v1.0", "beta"} else parts
    return "/" + "/".join("{id}" if _ID.fullmatch(part) else part for part in parts)


def counted(store: Store) -> list[dict[str, Any]]:
    """Every count, in order of its key."""
    found = []
    for key, value in store.scan(_PREFIX):
        _h, part, tenant, status, named = key.decode().split("/", 4)
        method, path = named.split(" ", 1)
        found.append({"part": part, "tenant": tenant, "status": int(status), "method": method, "path": path,
                      "count": int(value)})  # fmt: skip
    return found


def forget(store: Store) -> None:
    """Begin again at nothing."""
    keys = [key for key, _value in store.scan(_PREFIX)]
    with store.begin() as write:
        for key in keys:
            write.delete(key)
