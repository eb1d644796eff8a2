"""A table divided by month: made by a migration's operation, its months by a function of the database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connections

from tenantry.engines.postgres.copy import write
from tenantry.engines.postgres.partitions import ensure_months
from tenantry.engines.postgres.tests.sample import REGION, Version, version_table
from tenantry.kernel import scope

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = date(2031, 1, 15)


@pytest.fixture(autouse=True)
def table():
    with version_table():
        yield


def ask(statement):
    with connections[REGION].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def put(month, text="x", partner=5):
    moment = datetime(2031, month, 28, 23, 59, tzinfo=UTC)
    with scope.task(partner, REGION):
        Version.objects.using(REGION).create(partner_id=partner, ended=moment, text=text)


def stands_in(text="x"):
    with scope.task(5, REGION):
        return ask(f"SELECT tableoid::regclass::text FROM postgres_version WHERE text = '{text}'")[0][0]


def test_rows_before_their_month_exists_go_to_the_rest():
    put(1)
    assert stands_in() == "postgres_version_rest"


def test_the_application_makes_the_coming_months_once():
    assert ensure_months(Version, JANUARY, using=REGION, months=3) == 3
    assert ensure_months(Version, JANUARY, using=REGION, months=4) == 1
    put(3)
    assert stands_in() == "postgres_version_203103"


def test_a_month_takes_its_rows_out_of_the_rest():
    put(2, "early")
    put(4, "later")
    ensure_months(Version, JANUARY, using=REGION)
    assert stands_in("early") == "postgres_version_203102"
    assert stands_in("later") == "postgres_version_rest"


def test_a_stranger_sees_nothing_through_the_parent():
    ensure_months(Version, JANUARY, using=REGION)
    put(1)
    with scope.task(6, REGION):
        assert not Version.objects.using(REGION).exists()


@pytest.mark.parametrize("partition", ["postgres_version_rest", "postgres_version_203101"])
def test_past_the_parent_not_even_the_owner_of_a_row_sees_it(partition):
    put(1)
    if partition.endswith("01"):
        ensure_months(Version, JANUARY, using=REGION)
    with scope.task(5, REGION):
        assert stands_in() == partition
        assert ask(f"SELECT * FROM {partition}") == []


def test_indexes_and_numbers_are_the_parents():
    ensure_months(Version, JANUARY, using=REGION)
    put(1, "one")
    put(9, "two")
    with scope.task(5, REGION):
        keys = {key for (key,) in Version.objects.using(REGION).values_list("id")}
    assert len(keys) == 2
    indexes = ask("SELECT count(*) FROM pg_indexes WHERE tablename = 'postgres_version_203101'")
    assert indexes == [(2,)]


def test_copied_rows_find_their_month():
    ensure_months(Version, JANUARY, using=REGION)
    rows = [(1, datetime(2031, 2, 1, tzinfo=UTC), "copied")]
    with scope.task(5, REGION):
        assert write(Version, ("id", "ended", "text"), rows, key=("id", "ended"), using=REGION) == (1, 0, 0)
    assert stands_in("copied") == "postgres_version_203102"


def test_an_application_that_asks_for_too_much_gets_two_years():
    assert ensure_months(Version, JANUARY, using=REGION, months=10_000) == 24
