"""The customers page with ten thousand customers, beside Django's admin and pretix's order list."""

from __future__ import annotations

from benchmarks import contest, place, world
from benchmarks.contest import Contestant
from benchmarks.peers import order_list
from benchmarks.results import Figure

SHARE = 3  # the page must cost a third of the better peer
ROWS = 3.0  # ms in which fifty rows are drawn


def measure() -> list[Figure]:
    """Server time a request on the processor, the database's apart; medians of rounds in turn."""
    with place.server():
        world.ready()
        portal = Contestant("portal", [str(place.PYTHON), "-m", "benchmarks.peers.portal"])
        admin = Contestant("Django admin", [str(place.PYTHON), "-m", "benchmarks.peers.admin"])
        asked = [(portal, "page"), (admin, "page"), (order_list.ready(), "page"), (portal, "list"), (portal, "rows")]
        page, *peers, alone, rows = contest.medians(asked)
    named = list(zip([one.name for one, _series in asked[1:3]], peers, strict=True))
    better, least = min(named, key=lambda each: each[1]["cpu"])
    return [
        Figure("customers page, server", page["cpu"] * 1e3, "ms", f"{better} / {SHARE}", least["cpu"] * 1e3 / SHARE),
        Figure("customers page, list alone, server", alone["cpu"] * 1e3, "ms", better, least["cpu"] * 1e3),
        Figure("customers page, 50 rows drawn", rows["cpu"] * 1e3, "ms", "aim", ROWS),
        Figure("customers page, database", page["database"] * 1e3, "ms", better, least["database"] * 1e3),
        *(Figure(f"{name}, server", cost["cpu"] * 1e3, "ms") for name, cost in named),
        *(Figure(f"{name}, database", cost["database"] * 1e3, "ms") for name, cost in named),
    ]
