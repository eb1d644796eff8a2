"""What a world's tenants are: read from data files."""

from __future__ import annotations

import functools
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.world.draws import tenant_guid

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Licence:
    """A product that a tenant has bought: its part number, units by state, and the share of users who hold it."""

    part: str
    share: int  # percent
    enabled: int
    warning: int = 0
    suspended: int = 0


@dataclass(frozen=True)
class Tenant:
    """A tenant of the world; `p1` and `p2` say whether it has bought Entra ID P1 and P2."""

    id: str
    display_name: str
    default_domain: str
    initial_domain: str
    country: str
    users: int
    nationality: str
    licences: tuple[Licence, ...]
    groups: int
    cast: dict[str, dict[str, Any]] = field(default_factory=dict, hash=False)
    synced: int = 0  # percent of the members who come from a directory on premises
    p1: bool = False
    p2: bool = False
    guests: int = 6  # percent of the users
    devices: int = 0
    stale: int = 15  # percent of the devices that nobody has used for a month or longer
    admins: int = 0  # role assignments besides those of the cast
    apps: int = 0


@functools.cache
def products() -> dict[str, Any]:
    """Products by part number: id, name, plans."""
    return tomllib.loads((FOLDER / "products.toml").read_text())


def read(world: str, seed: int) -> list[Tenant]:
    """The tenants of a world's data file, in its order."""
    known = tomllib.loads((FOLDER / f"{world}.toml").read_text())
    return [_tenant(spec, known["licences"], seed) for spec in known["tenants"]]


def _tenant(spec: dict[str, Any], sets: dict[str, list[dict[str, Any]]], seed: int) -> Tenant:
    name = spec["domain"].split(".")[0]
    users: int = spec["users"]
    licences = tuple(_licence(item, users) for item in sets[spec["licences"]])
    cast = {"admin": {"sharepoint": True}} | spec.get("cast", {})
    plans = {plan for licence in licences for plan in products()[licence.part]["plans"]}
    return Tenant(
        tenant_guid(seed, spec["domain"]), spec["name"], spec["domain"], f"{name}.onmicrosoft.example", spec["country"],
        users, spec.get("nationality", ""), licences, max(3, users // 12), cast, spec.get("synced", 0),
        "AAD_PREMIUM" in plans, "AAD_PREMIUM_P2" in plans, spec.get("guests", 6),
        users * spec.get("devices", 110) // 100, spec.get("stale", 15), spec.get("admins", min(3 + users // 40, 40)),
        spec.get("apps", min(1 + users // 40, 40)),
    )  # fmt: skip


def _licence(item: dict[str, Any], users: int) -> Licence:
    held = max(1, users * item["share"] // 100)
    room = max(users * item.get("spare", 8) // 100, 2 * math.isqrt(held))  # a share is drawn, not exact
    bought = held + room + 2
    return Licence(item["part"], item["share"], bought, item.get("warning", 0), item.get("suspended", 0))
