"""A second read in which nothing has changed: by hash from pages in memory, and through the engine from HTTPS."""

from __future__ import annotations

import statistics

from benchmarks import tenants
from benchmarks.place import REGION
from benchmarks.results import Figure
from benchmarks.tenants import PARTNER

LIMIT = 100_000.0  # objects a second, at least
ROUNDS, WHOLE_ROUNDS = 5, 3
HELD = 20  # tenants whose pages are held in memory


def figures(groups: list[list[int]], users: int, threads: int) -> list[Figure]:
    """Medians of rounds over tenants that have been read."""
    held = {source: _bodies(source) for source in groups[0][:HELD]}
    compared, from_https = [], []
    for _ in range(ROUNDS):
        took = tenants.side_by_side(lambda source: _compare(source, held[source]), held, threads)
        compared.append(len(held) * users / took)
        print(f"second read: {compared[-1]:,.0f} objects/s by hash", flush=True)
    for group in groups[:WHOLE_ROUNDS]:
        _forget_tokens(group)
        from_https.append(len(group) * users / tenants.side_by_side(_again, group, threads))
        print(f"second read: {from_https[-1]:,.0f} objects/s from HTTPS", flush=True)
    middle, whole = statistics.median(compared), statistics.median(from_https)
    return [
        Figure(f"second read by hash, pages in memory, {threads} connections", middle, "objects/s", "limit", LIMIT),
        Figure(f"second read, whole, from HTTPS, {threads} connections", whole, "objects/s", "limit", LIMIT),
    ]


def _bodies(source_id: int) -> list[bytes]:
    """All pages of a tenant's users as they came."""
    import msgspec

    from tenantry.engines.cloud.clouds import cloud
    from tenantry.engines.cloud.tokens import Session, app_token
    from tenantry.engines.inventory.collect import app_of
    from tenantry.engines.inventory.kinds import kind
    from tenantry.engines.inventory.models import Source
    from tenantry.kernel import scope

    with scope.task(PARTNER, REGION):
        source = Source.objects.get(pk=source_id)
    there, users = cloud("simulator"), kind("users")
    headers = {"Authorization": f"Bearer {app_token(there, app_of(source), source.tenant_id)}",
               "Prefer": f"odata.maxpagesize={users.page}"}  # fmt: skip
    address, found = f"{there.graph_base}/v1.0{users.first_address()}", []
    while address:
        found.append(Session(there).get(address, headers=headers).content)
        address = msgspec.json.decode(found[-1]).get("@odata.nextLink")
    return found


def _compare(source_id: int, bodies: list[bytes]) -> None:
    """Each page split into objects, hashed and compared with what is kept, in a transaction of its own."""
    from tenantry.engines.cloud.client import page_of
    from tenantry.engines.inventory.kinds import kind
    from tenantry.engines.inventory.models import Source
    from tenantry.engines.inventory.writer import Writer, Written
    from tenantry.kernel import clock, scope

    for body in bodies:
        with scope.task(PARTNER, REGION):
            source = Source.objects.get(pk=source_id)
            if Writer(kind("users"), source, clock.now(), first=False).write(page_of(body).objects) != Written(0, 0):
                raise SystemExit("Something has changed, which was not to be.")


def _forget_tokens(group: list[int]) -> None:
    """As if the delta tokens had expired: everything has to be read again."""
    from tenantry.engines.inventory.models import KindState
    from tenantry.kernel import clock, scope

    with scope.task(PARTNER, REGION):
        known = KindState.objects.filter(source__in=group, kind="users")
        known.update(token="", next_due=clock.now())


def _again(source_id: int) -> None:
    from benchmarks.reading import read

    read(source_id)
