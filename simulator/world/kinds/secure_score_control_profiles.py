"""What Secure Score counts; maxScore, rank, cost and remediation are invented: Microsoft publishes none as data."""

from __future__ import annotations

import functools
from datetime import timedelta
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
        "modified": f"{world.epoch:%Y-%m-%dT%H:%M:%SZ}", "compliance": _compliance(words),
        "updates": _updates(world, tenant, one["id"]),
    }, ()  # fmt: skip


def _compliance(words: Words) -> list[Base]:
    """A made-up chapter of a real standard, for a third of the controls."""
    if words[3] % 3:
        return []
    chapter = f"A.{5 + words[4] % 14}.{1 + words[5] % 3}"
    return [{"certificationName": "ISO 27001:2013", "certificationControls": [
        {"name": chapter, "url": "https://www.iso.org/standard/54534.html"}]}]  # fmt: skip


def _updates(world: World, tenant: Tenant, control: str) -> list[Base]:
    """Somebody has put one control in twenty aside."""
    words = draw(world.seed, tenant.id, "control state", control)
    if words[0] % 20:
        return []
    when = world.epoch - timedelta(days=words[1] % 300)
    return [{
        "assignedTo": None, "comment": "Handled by another product", "state": ("Ignored", "ThirdParty")[words[2] % 2],
        "updatedBy": f"admin@{tenant.default_domain}", "updatedDateTime": f"{when:%Y-%m-%dT%H:%M:%SZ}",
    }]  # fmt: skip


COLLECTION = Collection("secureScoreControlProfiles", count=lambda _world, _tenant: len(controls()), base=_base)
