"""Which permissions open which endpoint: each of a list suffices."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

from simulator.graph.problems import forbidden
from simulator.identity.tokens import Claims


@functools.cache
def table() -> dict[str, dict[str, list[str]]]:
    """The served endpoints, as `METHOD /path`, with their application and delegated permissions."""
    text = (Path(__file__).parent / "data" / "permissions.toml").read_text()
    found: dict[str, Any] = tomllib.loads(text)
    return found


def check(endpoint: str, claims: Claims) -> None:
    """Refuse with 403 a token that holds none of the endpoint's permissions of its own sort."""
    needed = set(table()[endpoint].get("app" if claims.app_only else "delegated", ()))
    if not needed & set(claims.roles if claims.app_only else claims.scp):
        raise forbidden()
