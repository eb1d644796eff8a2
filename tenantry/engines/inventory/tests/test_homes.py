"""Raw rows stand in the customer's region and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.apps.registry import Apps
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Domain, DomainVersion, KindState, ObservedRaw, Source
from tenantry.engines.inventory.tests.conftest import CUSTOMER, PARTNER, REGION
from tenantry.engines.postgres import addresses
from tenantry.kernel import clock, scope
from tenantry.kernel.errors import NoScope
from tests.rules import rule

pytestmark = pytest.mark.django_db
THERE = "ch-north"
TABLE = "inventory_sampleraw"


class SampleRaw(ObservedRaw):
    """What a kind at home with the customer keeps; domains stand in for sites."""

    verified = Domain._meta.get_field("verified").clone()
    default = Domain._meta.get_field("default").clone()
    initial = Domain._meta.get_field("initial").clone()
    authentication = Domain._meta.get_field("authentication").clone()

    class Meta:
        apps = Apps()
        app_label = "inventory"
        db_table = TABLE


@pytest.fixture(scope="module")
def raw_table(django_db_setup):
    """The table of the sample kind in both regions, with the fences of its like."""
    for region in (REGION, THERE):
        with psycopg.connect(**addresses.admin(settings.DATA, "", addresses.database_name(region))) as connection:
            for statement in (
                "CREATE TABLE {t} (LIKE inventory_domain INCLUDING ALL)",
                "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY ours ON {t} USING (partner_id = current_setting('app.partner', true)::bigint)",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON {t} TO tenantry_app",
            ):
                connection.execute(sql.SQL(statement).format(t=sql.Identifier(TABLE)))
    yield
    for region in (REGION, THERE):
        with psycopg.connect(**addresses.admin(settings.DATA, "", addresses.database_name(region))) as connection:
            connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(TABLE)))


@pytest.fixture
def sample_raw(contoso, raw_table, monkeypatch):
    """A tenant whose customer lives in another region than its partner, and a kind that is at home there."""
    sample = replace(
        kinds()["domains"], name="sample_raw", model=SampleRaw, versions=DomainVersion, row="R3", figures={}
    )
    monkeypatch.setitem(kinds(), "sample_raw", sample)
    with contoso.here():
        Source.objects.filter(pk=contoso.source_id).update(region=THERE)
        KindState.objects.create(source_id=contoso.source_id, customer_id=CUSTOMER, kind="sample_raw")
    return contoso


@rule("RES-02")
def test_a_row_at_home_with_the_customer_is_in_the_customers_region_only(sample_raw):
    """Given a partner in one region and its customer in another, what is read raw is only in the customer's."""
    sample_raw.first_read()
    assert sample_raw.state("sample_raw").state == "fresh"
    assert rows_in(THERE) == sample_raw.state("sample_raw").objects_read > 0
    assert rows_in(REGION) == 0


def test_rows_at_home_with_a_customer_need_its_region_to_be_open(sample_raw):
    with sample_raw.here(), pytest.raises(NoScope):
        SampleRaw.of_partner.count()
    with sample_raw.here(), scope.at_customer(THERE):
        assert SampleRaw.of_partner.count() == 0


@rule("RES-03")
def test_kinds_at_home_with_the_partner_leave_the_customers_database_alone(contoso):
    """Given the rows whose kinds are at home with the partner, when their sync runs, no customer database changes."""
    with contoso.here():
        Source.objects.filter(pk=contoso.source_id).update(region=THERE)
    rows = {kind.row for kind in kinds().values()}
    with CaptureQueriesContext(connections[THERE]) as there:
        contoso.first_read()
        with clock.moved(timedelta(hours=25)):
            contoso.read()
    assert rows >= {"R2", "R4", "R7"}
    assert {contoso.state(name).state for name in kinds()} == {"fresh"}
    assert [query["sql"] for query in there.captured_queries] == []


def rows_in(region: str) -> int:
    """How many rows of the partner a region keeps."""
    with scope.task(PARTNER, REGION), scope.at_customer(region):
        return SampleRaw.of_partner.count()
