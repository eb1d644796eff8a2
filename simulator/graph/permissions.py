"""Which permissions open which endpoint: each of a list suffices."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

from simulator.graph.problems import GraphError, forbidden
from simulator.identity.tokens import Claims
from simulator.schema import Kind
from simulator.world import Tenant


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


def check_properties(names: set[str], kind: Kind, claims: Claims, tenant: Tenant) -> None:
    """Refuse with 403 a property that needs a further permission, or a licence that the tenant lacks."""
    held = set(claims.roles if claims.app_only else claims.scp)
    for name in sorted(names & set(kind.properties)):
        spec = kind.properties[name].spec
        if not set(spec.get("needs", ())) <= held:
            raise forbidden()
        check_premium(spec.get("premium", ""), tenant)


def check_premium(licence: str, tenant: Tenant) -> None:
    """Refuse with 403 what needs a premium licence, `p1` or `p2`, that the tenant has not bought."""
    if licence and not getattr(tenant, licence):
        raise GraphError(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                         "Neither tenant is B2C or tenant doesn't have premium license.")  # fmt: skip
