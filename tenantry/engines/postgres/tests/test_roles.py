"""What the four roles may, in a database made by `migrate`."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connections

from tenantry.engines.postgres import addresses
from tenantry.kernel import scope
from tenantry.kernel.models import Outbox

pytestmark = pytest.mark.django_db(transaction=True)
REGION = "ch-north"


def ask(statement, alias=REGION):
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def reader():
    at = addresses.admin(settings.DATA, "", addresses.database_name(REGION))
    return psycopg.connect(**{**at, "user": addresses.READER}, autocommit=True)


@pytest.mark.parametrize("statement", [
    "CREATE TABLE mine (id int)", "ALTER TABLE kernel_fact DISABLE ROW LEVEL SECURITY", "DROP TABLE kernel_fact",
    "SET ROLE tenantry_owner", "ALTER ROLE tenantry_app BYPASSRLS", "CREATE ROLE other",
])  # fmt: skip
def test_the_application_owns_and_changes_no_table(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        ask(statement)


def test_switching_row_security_off_shows_nothing_more():
    with pytest.raises(ProgrammingError, match="row-level security"), scope.task(1, REGION):
        ask("SET LOCAL row_security = off; SELECT * FROM kernel_fact")


def test_the_owner_is_borrowed_for_a_while_and_given_back():
    with connections[REGION].as_owner():
        assert ask("SELECT current_user") == [("tenantry_owner",)]
    assert ask("SELECT current_user") == [("tenantry_app",)]


def test_the_reader_sees_every_partner_and_writes_nothing():
    partners = ("kernel_outbox", 1), ("kernel_outbox", 2)
    for table, partner in partners:
        ask(f"INSERT INTO {table} (id, partner_id, fact_id, reaction, written_at) VALUES "
            f"('{partner}', {partner}, gen_random_uuid(), 'x', now())")  # fmt: skip
    with reader() as connection:
        assert connection.execute("SELECT count(*) FROM kernel_outbox").fetchone() == (2,)
        assert connection.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone() == (
            True,
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM kernel_outbox")


def test_migrating_again_changes_nothing():
    before = ask("SELECT count(*) FROM django_migrations")
    with scope.task(1, REGION):
        numbered = ask("SELECT sequencename, start_value, increment_by FROM pg_sequences ORDER BY 1")
    call_command("migrate", verbosity=0)
    assert ask("SELECT count(*) FROM django_migrations") == before
    assert ask("SELECT sequencename, start_value, increment_by FROM pg_sequences ORDER BY 1") == numbered


def test_one_database_may_be_migrated_alone():
    call_command("migrate", verbosity=0, database="directory")
    assert Outbox._meta.db_table not in connections["directory"].introspection.table_names()


def test_words_are_compared_by_code_point_and_case_is_folded_in_every_language():
    assert ask("SELECT lower('ÄÖÜ'), 'Zebra' < 'apfel'") == [("äöü", True)]
