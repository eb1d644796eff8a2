"""What Secure Score counts; maxScore, rank, cost and remediation are invented: Microsoft publishes none as data."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from simulator.world.data import table
from simulator.world.draws import draw
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

THREATS = ("Account breach", "Data exfiltration", "Elevation of privilege", "Phishing or whaling", "Data spillage")


@functools.cache
def controls() -> list[dict[str, Any]]:
    """All controls, the heaviest first, each with the score that it can bring."""
    known = [one | {"most": float(1 + draw(0, "control", one["id"])[0] % 10)} for one in table("controls")["controls"]]
    return sorted(known, key=lambda one: (-one["most"], one["id"]))


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    one, words = controls()[index], draw(0, "control", controls()[index]["id"])
    return one | {
        "tenant": tenant.id, "rank": index + 1, "cost": ("Low", "Moderate", "High")[words[1] % 3],
        "remediation": f"Simulated text: open the settings of {one['service']} and carry out “{one['title']}”.",
        "effect": "Simulated text: people may be asked to do something once more.",
        "threats": [THREATS[words[2] % len(THREATS)]], "action": "Config",
        "address": f"https://security.microsoft.com/securescore?actionId={one['id']}",
        "modified": f"{world.epoch:%Y-%m-%dT%H:%M:%SZ}",
    }, ()  # fmt: skip


COLLECTION = Collection("secureScoreControlProfiles", count=lambda _world, _tenant: len(controls()), base=_base)
