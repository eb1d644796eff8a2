"""COPY into a temporary table, then one INSERT that the policies check."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connections

from tenantry.engines.postgres.copy import staged, write
from tenantry.engines.postgres.tests.sample import REGION, Thing, thing_table
from tenantry.kernel import scope
from tenantry.kernel.errors import Broken, NoScope

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = ("code", "hash", "body")
KEY = ("partner_id", "code")


@pytest.fixture(autouse=True)
def table():
    with thing_table():
        yield


def put(*rows, **rest):
    return write(Thing, COLUMNS, rows, key=KEY, changed="hash", using=REGION, **rest)


def kept(*columns):
    return list(Thing.objects.using(REGION).order_by("code").values_list(*columns))


def test_new_changed_and_unchanged_rows_are_told_apart():
    with scope.task(5, REGION):
        assert put(("a", "1", None), ("b", "1", '{"x": [1]}')) == (2, 0, 0)
        assert put(("a", "2", None), ("b", "1", None), ("c", "1", None)) == (1, 1, 1)
        assert kept("code", "hash", "body") == [("a", "2", None), ("b", "1", {"x": [1]}), ("c", "1", None)]


def test_an_unchanged_row_costs_no_write():
    with scope.task(5, REGION):
        put(("a", "1", None))
        before = version_of("a")
        put(("a", "1", '"other"'))
        assert version_of("a") == before


def version_of(code):
    with connections[REGION].cursor() as cursor:
        cursor.execute("SELECT ctid FROM postgres_thing WHERE code = %s", [code])
        return cursor.fetchone()[0]


def test_without_a_column_to_compare_every_row_is_written():
    with scope.task(5, REGION):
        put(("a", "1", None))
        assert write(Thing, COLUMNS, [("a", "1", None)], key=KEY, using=REGION) == (0, 1, 0)


def test_of_two_rows_with_one_key_the_last_wins():
    with scope.task(5, REGION):
        assert put(("a", "1", None), ("a", "2", None)) == (1, 0, 0)
        assert kept("hash") == [("2",)]


def test_the_partner_comes_from_the_scope_and_a_stranger_sees_nothing():
    with scope.task(5, REGION):
        put(("a", "1", None))
        assert kept("partner_id") == [(5,)]
    with scope.task(6, REGION):
        assert kept("code") == []
        assert put(("a", "1", None)) == (1, 0, 0)


def test_a_row_of_another_partner_fails_the_whole_write():
    rows = [(5, "a", "1", None), (6, "b", "1", None)]
    with pytest.raises(ProgrammingError, match="row-level security"), scope.task(5, REGION):
        write(Thing, ("partner_id", *COLUMNS), rows, key=KEY, using=REGION)
    with scope.task(5, REGION):
        assert kept("code") == []


def test_what_will_be_replaced_can_be_read_before_it_is():
    with scope.task(5, REGION):
        put(("a", "1", None), ("b", "1", None))
        with staged(Thing, COLUMNS, [("a", "2", None), ("b", "1", None)], using=REGION) as waiting:
            with connections[REGION].cursor() as cursor:
                cursor.execute(
                    f"SELECT old.code FROM postgres_thing old JOIN pg_temp.{waiting.name} new USING (partner_id, code)"
                    " WHERE old.hash <> new.hash"
                )
                assert cursor.fetchall() == [("a",)]
            waiting.write(KEY, "hash")


def test_texts_of_the_callers_own_wait_beside_the_rows_and_are_not_written():
    with scope.task(5, REGION):
        with staged(Thing, COLUMNS, [("a", "1", None, "Anna")], texts=["title"], using=REGION) as waiting:
            with connections[REGION].cursor() as cursor:
                cursor.execute(f"SELECT code, title FROM pg_temp.{waiting.name}")
                assert cursor.fetchall() == [("a", "Anna")]
            assert waiting.write(KEY) == (1, 0, 0)
        assert kept("code", "hash") == [("a", "1")]


def test_nothing_is_written_outside_a_transaction_or_a_scope():
    with pytest.raises(Broken):
        put(("a", "1", None))
    with pytest.raises(NoScope), connections[REGION].cursor(), transaction():
        put(("a", "1", None))


def transaction():
    from django.db import transaction

    return transaction.atomic(using=REGION)


def test_ten_thousand_rows_are_one_write():
    rows = ((f"{number:05}", "1", '{"name": "äöü\\ttab"}') for number in range(10_000))
    with scope.task(5, REGION):
        assert put(*rows) == (10_000, 0, 0)
        assert Thing.objects.using(REGION).count() == 10_000
