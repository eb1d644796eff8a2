"""The second fence: each table as a stranger in plain SQL, past every manager."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from tenantry.kernel.models import RowSecurity
from tenantry.kernel.residency.home import Home
from tests.frame import models, rows
from tests.frame.rows import OURS, STRANGERS

pytestmark = pytest.mark.django_db
TABLES = [model for model in models.ours() if model.home is not Home.DIRECTORY]
UNFENCED = {
    "kernel.Outbox",  # ids only; the dispatcher reads it over all partners
    "cloud.Spending",  # numbers under a hash of app and tenant; processes share them outside of any scope
}
FENCED = [model for model in TABLES if model._meta.label not in UNFENCED]


def by_label(model) -> str:
    return model._meta.label


def fence(model) -> str:
    return next(one.fence for one in model._meta.constraints if isinstance(one, RowSecurity))


@pytest.fixture(params=FENCED, ids=by_label)
def table(request):
    return request.param


@pytest.fixture
def database():
    with rows.superuser() as connection:
        yield connection


def test_every_table_has_row_security_except_those_named_here(database):
    guarded = {name for (name,) in database.execute("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert {model._meta.label for model in TABLES if model._meta.db_table not in guarded} == UNFENCED


def test_the_application_owns_no_table(database):
    owned = database.execute("SELECT count(*) FROM pg_tables WHERE tableowner IN ('tenantry_app', 'tenantry_reader')")
    assert owned.fetchone()[0] == 0


def test_a_partner_sees_its_row_and_a_stranger_does_not(database, table):
    rows.plant(database, table)
    rows.become(database, OURS)
    assert rows.count(database, table) == 1
    rows.become(database, STRANGERS)
    assert rows.count(database, table) == 0


def test_without_a_scope_there_is_nothing(database, table):
    rows.plant(database, table)
    rows.become(database, None)
    assert rows.count(database, table) == 0


def test_a_stranger_cannot_write_into_a_partner(database, table):
    row = rows.plant(database, table)
    database.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table._meta.db_table)))
    rows.become(database, STRANGERS)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows.insert(database, table, row)


@pytest.mark.parametrize("verb", ["UPDATE {} SET partner_id = 42", "DELETE FROM {}"])
def test_a_stranger_changes_and_deletes_nothing(database, table, verb):
    rows.plant(database, table)
    rows.become(database, STRANGERS)
    try:
        changed = database.execute(sql.SQL(verb).format(sql.Identifier(table._meta.db_table))).rowcount
    except psycopg.errors.InsufficientPrivilege:
        changed = 0
    assert changed == 0


def test_a_customers_own_person_sees_only_rows_of_that_customer(database, table):
    row = rows.plant(database, table)
    rows.become(database, OURS, customer=77)
    own = bool(fence(table)) and row[fence(table)] == 77
    assert rows.count(database, table) == int(own)


def test_a_customers_own_person_sees_the_rows_of_that_customer(database):
    table = next(model for model in FENCED if model._meta.label == "customers.Tenant")
    row = rows.plant(database, table)
    rows.become(database, OURS, customer=row["customer_id"])
    assert rows.count(database, table) == 1


def test_the_directory_is_closed_to_the_application():
    tables = [model for model in models.ours() if model.home is Home.DIRECTORY]
    assert tables
    for table in tables:
        with rows.superuser("directory") as database:
            database.execute("SET LOCAL ROLE tenantry_app")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                rows.count(database, table)
