"""Places that conditional access tells apart; their addresses are kept for documentation (RFC 5737, RFC 3849)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.data import table
from simulator.world.draws import draw, guid
from simulator.world.kinds.kind import Base, Collection, Words
from simulator.world.tenants import Tenant

if TYPE_CHECKING:
    from simulator.world.world import World


def _count(world: World, tenant: Tenant) -> int:
    return 1 + draw(world.seed, tenant.id, "places")[0] % len(table("policies")["places"])


def _base(world: World, tenant: Tenant, index: int) -> tuple[Base, Words]:
    place = table("policies")["places"][index]
    words = draw(world.seed, tenant.id, "place", index)
    shown = {"id": guid(world.seed, tenant.id, "place", index), "display": place["name"]}
    if "countries" in place:
        countries = sorted({tenant.country, *place["countries"][: words[0] % 4]})
        return shown | {"type": "microsoft.graph.countryNamedLocation", "countries": countries,
                        "method": "clientIpAddress", "unknown": False}, words  # fmt: skip
    return shown | {"type": "microsoft.graph.ipNamedLocation", "trusted": place["trusted"],
                    "ranges": _ranges(words)}, words  # fmt: skip


def _ranges(words: Words) -> list[Base]:
    fourth = f"203.0.113.{words[1] % 64 * 4}/30"
    ranges = [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": fourth}]
    if words[2] % 3 == 0:
        sixth = f"2001:db8:{words[3] % 0xFFFF:x}::/48"
        ranges.append({"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": sixth})
    return ranges


COLLECTION = Collection("namedLocations", count=_count, base=_base, ids="place")
