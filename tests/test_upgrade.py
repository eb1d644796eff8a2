"""Data of an older version is brought to this one, and every row is found again."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from scripts import old_data
from tests import deployment
from tests.deployment import REGIONS, SOPHIE, Deployment

BEFORE = old_data.BEFORE_ENGINE_ROOM
KEPT = {
    "kernel_fact", "kernel_factseal", "people_person", "people_credential", "customers_customer", "customers_tenant",
    "partners_partner", "inventory_source", "inventory_tenantuser", "inventory_searchtext",
}  # fmt: skip
COLUMNS = """SELECT string_agg(quote_ident(column_name), ', ' ORDER BY column_name) FROM information_schema.columns
    WHERE table_name = %s"""
pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(not old_data.reachable(BEFORE), reason=f"this clone lacks {BEFORE}"),
]


@pytest.fixture(scope="module")
def upgraded():
    """A deployment whose data that commit made; its rows before and after `tenantry migrate`."""
    folder = Path(tempfile.mkdtemp(prefix="tn-"))
    with Deployment(folder).kept() as upgraded:
        old_data.make(BEFORE, folder)
        columns = {(region, table): columns_of(upgraded, region, table) for region in REGIONS for table in KEPT}
        upgraded.before = rows(upgraded, columns)
        done = upgraded.run("migrate")
        assert done.returncode == 0, done.stderr
        upgraded.after = rows(upgraded, columns)
        yield upgraded
    shutil.rmtree(folder)


def columns_of(at, region, table):
    with at.connect(region) as connection:
        return connection.execute(COLUMNS, [table]).fetchone()[0]


def rows(at, columns):
    found = {}
    for (region, table), names in columns.items():
        with at.connect(region) as connection:
            found[region, table] = sorted(map(str, connection.execute(f"SELECT {names} FROM {table}").fetchall()))
    return found


def test_every_row_is_as_it_was(upgraded):
    assert upgraded.after == upgraded.before
    assert min(len(upgraded.after[region, "inventory_tenantuser"]) for region in REGIONS) == 50
    assert all(upgraded.after.values())


def test_people_sign_in_and_find_their_customers_and_users(upgraded):
    with upgraded.processes() as start:
        port = deployment.free_port()
        start("serve", "--port", str(port))
        portal = deployment.local(port)
        deployment.ready(portal)
        sophie = deployment.signed_in(portal, SOPHIE, old_data.PASSWORD)
        assert "Contoso" in sophie.open("/customers").text
        assert "Person 007" in sophie.open("/search?q=person 007").text
