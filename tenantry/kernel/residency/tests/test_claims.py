"""Claims: one holder over all regions, and a crash between writing and confirming loses nothing."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import ProgrammingError, connections

from tenantry.kernel import clock, scope
from tenantry.kernel.residency import claims
from tests.rules import rule

pytestmark = pytest.mark.django_db(transaction=True)
HERE, THERE = "de-westcentral", "ch-north"
TENANT = "0f9d2c1e-1111-4a4a-9b9b-5a5a5a5a5a5a"
ELEVEN_MINUTES = timedelta(minutes=11)


@pytest.fixture
def rows(monkeypatch):
    """The partners that say they have the row of the claimed tenant."""
    having = set()
    monkeypatch.setitem(claims._witnesses, "tenant", lambda value: scope.current().partner in having)
    return having


def claim(partner, region=HERE):
    return claims.claim("tenant", TENANT, partner, region)


def test_the_first_holds_it_and_another_partner_is_told_that_it_is_taken(rows):
    assert claim(1) == (True, False)
    assert claim(2, THERE) == (False, False)


def test_the_same_partner_is_given_it_again(rows):
    claim(1)
    assert claim(1) == (True, False)
    claims.confirm("tenant", TENANT, 1)
    assert claim(1) == (True, True)


@rule("RES-16")
def test_of_two_regions_that_claim_at_once_one_wins(rows):
    """Two regions claiming one tenant at once: one wins."""
    start, answers = Barrier(2), {}

    def ask(partner, region):
        start.wait(5)
        answers[partner] = claim(partner, region).ours
        connections.close_all()

    both = [Thread(target=ask, args=pair) for pair in ((1, HERE), (2, THERE))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(10)
    assert sorted(answers.values()) == [False, True]


@rule("RES-16")
def test_an_unconfirmed_claim_can_be_claimed_again_after_ten_minutes(rows):
    """An unconfirmed claim can be claimed again when ten minutes have passed."""
    claim(1)
    with clock.moved(timedelta(minutes=9)):
        assert not claim(2, THERE).ours
    with clock.moved(ELEVEN_MINUTES):
        assert claim(2, THERE).ours
        assert not claim(1).ours


def test_a_lapsed_claim_stays_while_its_region_has_the_row(rows):
    claim(1)
    rows.add(1)
    with clock.moved(ELEVEN_MINUTES):
        assert not claim(2, THERE).ours
        claims.confirm("tenant", TENANT, 1)
    assert claims.route("tenant", TENANT) == (1, HERE)


def test_the_row_is_asked_for_in_its_own_partners_scope_even_from_another_scope(rows):
    claim(1)
    rows.add(1)
    with clock.moved(ELEVEN_MINUTES), scope.task(2, HERE):
        assert not claim(2).ours
        assert scope.current().partner == 2


def test_a_confirmed_claim_never_lapses(rows):
    claim(1)
    claims.confirm("tenant", TENANT, 1)
    with clock.moved(timedelta(days=400)):
        assert claim(2, THERE) == (False, True)


def test_only_a_confirmed_value_leads_somewhere_however_it_is_written():
    claims.claim("email", "Sophie@Alpenrand.example", 1, THERE)
    assert claims.route("email", "sophie@alpenrand.example") is None
    claims.confirm("email", "Sophie@Alpenrand.example", 1)
    assert claims.route("email", " ＳOPHIE@alpenrand.example") == (1, THERE)
    assert claims.route("tenant", "sophie@alpenrand.example") is None


def test_only_the_holder_gives_a_claim_back(rows):
    claim(1)
    claims.release("tenant", TENANT, 2)
    assert not claim(2).ours
    claims.release("tenant", TENANT, 1)
    assert claim(2).ours


def test_tries_are_counted_within_a_window():
    with clock.at(clock.now().replace(minute=1)):
        assert [claims.count_attempt("a", 5) for _ in range(3)] == [1, 2, 3]
        assert claims.count_attempt("b", 5) == 1
    with clock.at(clock.now().replace(minute=6)):
        assert claims.count_attempt("a", 5) == 1


def ask(statement):
    with connections["directory"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


ALLOWED = {
    "residency_route": {"id", "kind", "key", "key_version", "partner_id", "region"},
    "residency_claim": {"id", "kind", "hash", "key_version", "partner_id", "region", "claimed_at", "confirmed_at"},
    "residency_attempt": {"id", "hash", "window", "count"},
}


@rule("RES-08")
@pytest.mark.parametrize("table", sorted(ALLOWED))
def test_the_directory_has_only_the_allowed_columns_and_is_closed(table):
    """The directory's columns equal the allowed list, and the application's role reads and writes no table of it."""
    with connections["directory"].as_owner():
        columns = ask(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")
    assert {name for (name,) in columns} == ALLOWED[table]
    for verb in (f"SELECT * FROM {table}", f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(verb)


@rule("RES-08")
def test_the_directory_holds_no_address():
    """The directory holds no e-mail, only keyed hashes."""
    claims.claim("email", "sophie@alpenrand.example", 1, HERE)
    with connections["directory"].as_owner():
        whole = str(ask("SELECT residency_claim::text FROM residency_claim"))
    assert claims.hashed("email", "sophie@alpenrand.example") in whole
    assert "@" not in whole
    assert "alpenrand" not in whole


def test_a_temporary_table_cannot_stand_before_the_directorys(rows):
    claim(1)
    ask("CREATE TEMPORARY TABLE residency_claim (kind text, hash text, partner_id bigint, region text)")
    try:
        assert not claim(2).ours
    finally:
        ask("DROP TABLE pg_temp.residency_claim")
