"""Keys count in steps of 64 from the region's number, past what was given before."""

from __future__ import annotations

import pytest
from django.db import connections

from tenantry.engines.postgres.sequences import STEP, number_keys
from tenantry.kernel.residency.regions import REGIONS

pytestmark = pytest.mark.django_db(transaction=True)
REGION = "ch-north"
NUMBER = REGIONS[REGION].number


def ask(statement):
    with connections[REGION].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


@pytest.fixture
def late():
    """A sequence that came after the first migration."""
    with connections[REGION].as_owner():
        ask("CREATE SEQUENCE late")
        yield "late"
        ask("DROP SEQUENCE late")


def test_a_fresh_sequence_starts_at_the_regions_number(late):
    number_keys(REGION)
    assert [ask(f"SELECT nextval('{late}')") for _turn in range(2)] == [NUMBER, NUMBER + STEP]


def test_numbers_that_were_given_are_not_given_again(late):
    ask(f"SELECT setval('{late}', 70)")
    number_keys(REGION)
    assert ask(f"SELECT nextval('{late}')") == NUMBER + STEP


def test_a_later_migration_can_be_written_down():
    rows = "SELECT coalesce(max(id), 0) FROM django_migrations"
    with connections[REGION].as_owner():
        assert ask("SELECT nextval('django_migrations_id_seq')") > ask(rows)
