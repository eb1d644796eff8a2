"""Devices: what people sign in from, some not seen for long, some of a directory on premises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.data import table
from simulator.world.draws import draw, guid, plain_guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World

INTUNE = "0000000a-0000-0000-c000-000000000000"
"""Application id of Microsoft Intune."""


def base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    """The values of the device at an index; the phones of guests are not there, those of members mostly are."""
    words = draw(world.seed, tenant.id, "device", index)
    model = _model(words)
    joined = _trust(tenant, model, words)
    device = plain_guid(world.seed, tenant.id, "device", index)
    managed = words[6] % 100 < model["managed"] or None
    return {
        "id": guid(world.seed, tenant.id, "device", index), "device": device,
        "display": f"{model['prefix']}-{words[7] % 0xFFFFF:05X}{index % 10}",
        "enabled": words[8] % 100 >= 3, "system": model["system"],
        "version": model["versions"][words[9] % len(model["versions"])], "maker": model["maker"],
        "model": model["names"][words[10] % len(model["names"])], "managed": managed,
        "compliant": words[11] % 100 < 85 if managed else None, "management": "mdm" if managed else None,
        "mdm": INTUNE if managed else None, "trust": joined, "ownership": "company" if joined != "Workplace" else None,
        "enrolment": model["enrolment"] if managed else None, "rooted": False if managed else None,
        "synced": True if joined == "ServerAd" else None, "stale": tenant.stale,
        "physical": [f"[USER-GWID]:{device}:{words[12]}", f"[GID]:g:{words[13]}"],
    }, words  # fmt: skip


def owner(seed: int, tenant: Tenant, index: int) -> str:
    """The id of the user whose device it is."""
    return guid(seed, tenant.id, "user", draw(seed, tenant.id, "device owner", index)[0] % tenant.users)


def _model(words: Words) -> Base:
    models: list[Base] = table("devices")["models"]
    at = words[0] % 100
    for model in models:
        at -= model["share"]
        if at < 0:
            break
    return model


def _trust(tenant: Tenant, model: Base, words: Words) -> str:
    if model["phone"]:
        return "Workplace"
    return "ServerAd" if words[1] % 100 < tenant.synced else "AzureAd"


COLLECTION = Collection("devices", count=lambda _world, tenant: tenant.devices, base=base, ids="device")
