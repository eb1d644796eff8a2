"""A database that is away gives a clear page, and the portal recovers by itself."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tenantry.engines.postgres import addresses, patience

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "de-westcentral"


@pytest.fixture
def away(monkeypatch):
    """Takes the region's database away and brings it back."""

    def take(where: str) -> None:
        connections[HERE].close()
        monkeypatch.setitem(connections[HERE].settings_dict, "HOST", where)

    there = connections[HERE].settings_dict["HOST"]
    yield lambda *, gone: take("/nowhere" if gone else there)
    take(there)


@pytest.mark.parametrize("path", ["/home", "/customers", "/profile", "/settings/users"])
def test_every_page_says_so_and_works_again_by_itself(world, away, path):
    sophie = world.alpenrand.browser("Sophie")
    away(gone=True)
    gone = sophie.get(path)
    assert (gone.status_code, gone["Retry-After"]) == (503, "5")
    assert "Your data centre is not reachable." in gone.content.decode()
    away(gone=False)
    assert sophie.get(path).status_code == 200


def test_the_other_region_goes_on(world, away):
    urs = world.kiefer.browser("Urs")
    away(gone=True)
    assert urs.get("/home").status_code == 200


def test_readiness_names_the_region_that_is_silent(world, away):
    away(gone=True)
    answer = world.nobody.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"silent_regions": [HERE]})


def test_signing_in_waits_for_the_region(world, away):
    away(gone=True)
    answer = world.nobody.post("/sign-in", {"email": "sophie@alpenrand.example", "password": "correct horse battery"})
    assert answer.status_code == 503


@contextmanager
def administrator():
    at = addresses.admin(settings.DATA, "", addresses.database_name(HERE))
    with psycopg.connect(**at, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(("limit", "said"), [
    ("lock_timeout", "Somebody is changing the same thing at this moment."),
    ("statement_timeout", "This took too long and was stopped."),
])  # fmt: skip
def test_a_page_that_waits_too_long_is_stopped_and_says_so(world, limit, said):
    sophie = world.alpenrand.browser("Sophie")
    with administrator() as holder, holder.transaction():
        holder.execute("LOCK TABLE people_session")
        with connections[HERE].cursor() as cursor:
            cursor.execute(f"SET {limit} = 200")
        stopped = sophie.get("/home")
    connections[HERE].close()
    assert (stopped.status_code, stopped["Retry-After"]) == (503, "5")
    assert said in stopped.content.decode()
    assert sophie.get("/home").status_code == 200


@pytest.fixture
def full_disk():
    """Sessions cannot be written, for the reason that PostgreSQL gives when its disk is full."""
    with administrator() as connection:
        connection.execute("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                           " $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file'; END $$")  # fmt: skip
        connection.execute("CREATE TRIGGER full_disk BEFORE INSERT ON people_session EXECUTE FUNCTION full_disk()")
        yield
        connection.execute("DROP FUNCTION full_disk() CASCADE")


def test_a_full_disk_is_called_so(world, full_disk):
    answer = world.nobody.post("/sign-in", {"email": "sophie@alpenrand.example", "password": "correct horse battery"})
    assert answer.status_code == 503
    assert "The disk of your data centre is full." in answer.content.decode()


SHOWN = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def limits(options):
    at = {**addresses.admin(settings.DATA, "", addresses.database_name(HERE)), "options": options}
    with psycopg.connect(**at) as connection:
        return [connection.execute(f"SHOW {name}").fetchone()[0] for name in SHOWN]


def test_a_page_has_less_patience_than_background_work_and_a_migration_waits_for_its_locks_only(db):
    assert limits(patience.WEB.options) == ["15s", "5s", "1min"]
    assert limits(patience.BACKGROUND.options) == ["10min", "1min", "10min"]
    with connections[HERE].as_owner(), connections[HERE].cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("0", "30s")


def test_a_transaction_that_does_nothing_is_ended(db):
    at = addresses.admin(settings.DATA, "", addresses.database_name(HERE))
    with psycopg.connect(**at, options="-c idle_in_transaction_session_timeout=100") as connection:
        connection.execute("SELECT 1")
        with administrator() as other:
            other.execute("SELECT pg_sleep(0.5)")
        with pytest.raises(psycopg.Error, match="idle-in-transaction timeout"):
            connection.execute("SELECT 1")
