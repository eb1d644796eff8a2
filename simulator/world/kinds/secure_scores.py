"""Secure Score day by day, newest first: each control counts from the day on which the tenant met it."""

from __future__ import annotations

import functools
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from simulator.world.draws import draw
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.kinds.secure_score_control_profiles import controls
from simulator.world.tenants import Tenant, products

if TYPE_CHECKING:
    from simulator.world.world import World

DAYS = 90
"""Days of history that Microsoft keeps."""
SERVICES = {"EXCHANGE_S": "HasExchange", "SHAREPOINT": "HasSharePoint", "INTUNE_A": "HasInTune", "TEAMS1": "HasTeams",
            "ATP_ENTERPRISE": "HasDefenderForOffice365", "AAD_PREMIUM_P2": "HasAADP2"}  # fmt: skip


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    day = world.now().date() - timedelta(days=index)
    scores = [_score(world, tenant, number, day) for number in range(len(controls()))]
    score, most = sum(one["score"] for one in scores), sum(one["most"] for one in controls())
    licensed = world.licensed(tenant)
    words = draw(world.seed, tenant.id, "scores", day.isoformat())
    return {
        "id": f"{tenant.id}_{day.isoformat()}", "tenant": tenant.id, "score": score, "most": most,
        "created": f"{day.isoformat()}T00:00:00Z", "active": licensed * (86 + words[0] % 10) // 100,
        "licensed": licensed, "services": list(_services(tenant)), "controls": scores, "peers": _peers(tenant, most),
    }, ()  # fmt: skip


def _score(world: World, tenant: Tenant, number: int, day: date) -> Base:
    """Nothing or a part until the control is met, all of it from that day on."""
    one = controls()[number]
    meets, since, part = _met(world.seed, tenant, number)
    met = meets and datetime.combine(day, time(), world.epoch.tzinfo) >= world.epoch - timedelta(days=since)
    return {
        "controlCategory": one["category"], "controlName": one["id"], "description": one["title"],
        "score": one["most"] if met else round(one["most"] * part, 2),
    }  # fmt: skip


@functools.lru_cache(maxsize=65_536)
def _met(seed: int, tenant: Tenant, number: int) -> tuple[bool, int, float]:
    """Whether a control is ever met, how many days before the world's first day, and what part it brings till then."""
    care = 25 + draw(seed, tenant.id, "care")[0] % 60
    words = draw(seed, tenant.id, "control", controls()[number]["id"])
    return words[0] % 100 < care, words[1] % 500 - 30, (0.0, 0.0, 0.5)[words[2] % 3]


@functools.lru_cache(maxsize=1024)
def _services(tenant: Tenant) -> tuple[str, ...]:
    plans = [plan for licence in tenant.licences for plan in products()[licence.part]["plans"]]
    return tuple(name for start, name in SERVICES.items() if any(plan.startswith(start) for plan in plans))


def _peers(tenant: Tenant, most: float) -> list[Base]:
    size = min(tenant.users, 2000) / 2000
    return [
        {"basis": "AllTenants", "averageScore": round(most * 0.42, 2)},
        {"basis": "TotalSeats", "averageScore": round(most * (0.38 + size / 8), 2)},
    ]


COLLECTION = Collection("secureScores", count=lambda _world, _tenant: DAYS, base=_base)
