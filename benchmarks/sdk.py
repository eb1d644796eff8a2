"""The same users by Microsoft's own client, msgraph-sdk, written by bulk_create: one tenant, one connection."""

from __future__ import annotations

import json
import subprocess
import time

from benchmarks import place, tenants
from benchmarks.place import REGION, ROOT
from benchmarks.results import Figure
from benchmarks.tenants import PARTNER, Cloud

MOST = 1_998  # users that the peer reads: two pages, since it takes long
LONGEST = 150
PEER = ROOT / ".build" / "clients" / "bin" / "python"


def figures(cloud: Cloud, spare: list[int], users: int) -> list[Figure]:
    """Objects a second of the peer and of our engine, each with a tenant that nobody has read yet."""
    from benchmarks.reading import read

    subprocess.run(["make", "--silent", ".build/clients"], cwd=ROOT, check=True)
    took, found = _theirs(cloud, cloud.tenants[-2])
    began = time.perf_counter()
    _write(spare[0], found)
    theirs = len(found) / (took + time.perf_counter() - began)
    ours = users / tenants.side_by_side(read, [spare[1]], 1)
    print(f"msgraph-sdk: {len(found)} objects in {took:.1f} s; one tenant by us: {ours:,.0f} objects/s", flush=True)
    named = f"first read, one tenant of {users:,} users, 1 connection"
    return [Figure(named, ours, "objects/s", "msgraph-sdk and bulk_create", theirs)]


def _theirs(cloud: Cloud, tenant: str) -> tuple[float, list[dict[str, object]]]:
    from tenantry.engines.inventory.kinds import kind

    users, file = kind("users"), place.DATA / "sdk.json"
    order = {
        "cloud": cloud.running.cloud_url, "ca": cloud.running.ca, "tenant": tenant, "app": cloud.app[0],
        "secret": cloud.app[1], "select": ",".join(users.select), "page": str(users.page), "most": str(MOST),
        "file": str(file),
    }  # fmt: skip
    command = [str(PEER), str(ROOT / "benchmarks" / "peers" / "sdk_users.py")]
    told = subprocess.run(
        command, input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True, timeout=LONGEST
    )
    return float(told.stdout), json.loads(file.read_text())


def _write(source: int, found: list[dict[str, object]]) -> None:
    """Into the same table, without the search's; a body is what was read."""
    from tenantry.engines.inventory.models import TenantUser
    from tenantry.kernel import clock, scope
    from tenantry.kernel.text import sort_key

    now, rows = clock.now(), []
    for one in found:
        plain = {name: value or "" for name, value in one.items()}
        rows.append(TenantUser(
            customer_id=tenants.CUSTOMER, source_id=source, object_id=one["id"], hash=b"", changed_at=now,
            body=json.dumps(one), display_name=plain["display_name"], sort_key=sort_key(plain["display_name"]),
            upn=plain["user_principal_name"], mail=plain["mail"], guest=one["user_type"] == "Guest",
            enabled=one["account_enabled"], licences=one["licences"], country=plain["usage_location"],
            department=plain["department"], job_title=plain["job_title"], created=one["created"],
        ))  # fmt: skip
    with scope.task(PARTNER, REGION):
        TenantUser.objects.bulk_create(rows, batch_size=1_000)
