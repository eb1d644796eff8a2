"""What `tenantry backup` and `tenantry restore` refuse, in words, before anything is written."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connections

from tenantry.engines.postgres import addresses, archive, backup
from tenantry.engines.postgres.archive import BackupError
from tenantry.shell import backups, passphrase

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = {"SECRET_KEY": "of another deployment", "SEAL_KEY": "of another deployment"}
WORDS = "a river runs past the old mill"
HERE = "de-westcentral"


@pytest.fixture
def file(tmp_path):
    """Writes a backup whose list says what the test wants; nothing in it would ever be loaded."""

    def write(keys, *, signed="", sealed="", **facts):
        path = tmp_path / "night.backup"
        with archive.writing(path) as writer:
            if sealed:
                writer.add("keys", [passphrase.locked(keys, sealed)])
            said = {"taken": "then", "databases": [HERE], "migrations": {}, "keys": passphrase.marks(keys), **facts}
            writer.close(said, signed or keys["SECRET_KEY"])
        return path

    return write


@pytest.fixture
def ours():
    return {name: getattr(configured, name) for name in passphrase.KEYS}


@pytest.fixture
def refused(capsys):
    """What is said when a backup is not taken back."""

    def restore(path, *, replace=True):
        assert backups.take_back(path, replace=replace) == 1
        return " ".join(capsys.readouterr().out.split())

    return restore


def test_a_backup_of_other_keys_is_refused_where_they_are_not_inside(file, refused, settings):
    settings.BACKUP_PASSPHRASE = WORDS
    assert "The backup belongs to other keys." in refused(file(OTHER))


def test_keys_that_are_inside_are_not_opened_by_other_words(file, refused, settings):
    settings.BACKUP_PASSPHRASE = "another river by another mill"
    assert "is not the one under which the keys were sealed" in refused(file(OTHER, sealed=WORDS))


def test_keys_that_the_environment_fixes_cannot_be_taken_from_a_backup(file, refused, settings, monkeypatch):
    settings.BACKUP_PASSPHRASE = WORDS
    monkeypatch.setenv("SEAL_KEY", "fixed")
    assert "SEAL_KEY in the environment are not the backup's" in refused(file(OTHER, sealed=WORDS))


def test_a_list_that_somebody_changed_is_refused(file, refused, ours):
    assert "its signature is wrong" in refused(file(ours, signed="somebody's key"))


def test_a_region_that_this_deployment_has_not_is_named(file, refused, ours):
    assert "holds us-east, which REGIONS does not name" in refused(file(ours, databases=[HERE, "us-east"]))


def test_tables_of_a_newer_version_are_refused(file, refused, ours):
    newer = file(ours, migrations={HERE: [["people", "9999_of_tomorrow"]]})
    assert "of a newer version of Tenantry (people 9999_of_tomorrow)" in refused(newer)


def let_go():
    """End every connection to the region's database, and wait until the server has noticed."""
    connections[HERE].close()
    where = addresses.admin(configured.DATA, "")
    ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(**where, autocommit=True) as connection:
        while connection.execute(ended, [addresses.database_name(HERE)]).fetchone() != (0,):
            time.sleep(0.02)


def test_data_that_stands_is_kept_without_a_clear_word(file, refused, ours):
    let_go()
    said = refused(file(ours), replace=False)
    assert said == f"There is data already in {HERE}. --replace puts the backup in its place."


def test_a_deployment_that_somebody_uses_is_not_touched(file, refused, ours):
    connections[HERE].ensure_connection()
    assert refused(file(ours)) == "The deployment is running. Stop its web and worker processes first."


@pytest.mark.parametrize(("words", "regions", "said"), [
    ("short", [], "BACKUP_PASSPHRASE is short: at least 16 characters."),
    ("", ["us-east"], "This deployment has no database us-east."),
])  # fmt: skip
def test_a_backup_that_cannot_be_is_refused(words, regions, said, settings, tmp_path, capsys):
    settings.BACKUP_PASSPHRASE = words
    assert backups.back_up(tmp_path / "night.backup", regions) == 1
    assert said in " ".join(capsys.readouterr().out.split())
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def places(settings):
    given = settings.DATA, settings.DATABASE_URL, settings.SECRET_KEY
    return {HERE: backups.addresses.keeper(HERE, *given)}


def test_a_snapshot_waits_for_whoever_is_writing_and_gives_up_in_words(places, monkeypatch):
    monkeypatch.setattr(backup, "TRIES", 1)
    with psycopg.connect(**places[HERE]) as writer:
        writer.execute("INSERT INTO kernel_outbox (id, partner_id, fact_id, reaction, written_at)"
                       " VALUES ('x', 1, gen_random_uuid(), 'x', now())")  # fmt: skip
        with pytest.raises(BackupError, match="Somebody is changing a table for long"), backup.moment(places):
            pass
        writer.rollback()
    with backup.moment(places) as snapshots:
        assert set(snapshots) == {HERE}


def test_writers_go_on_while_the_dump_is_taken(places):
    with backup.moment(places), psycopg.connect(**places[HERE]) as writer:
        writer.execute("SET lock_timeout = '2s'")
        writer.execute("LOCK TABLE kernel_outbox IN ROW EXCLUSIVE MODE")
        writer.rollback()


def test_a_database_that_is_away_is_named(places):
    away = {HERE: {**places[HERE], "host": "/nowhere"}}
    with pytest.raises(BackupError, match="does not answer"), backup.moment(away):
        pass


def test_what_pg_dump_refuses_is_said(places):
    with pytest.raises(BackupError, match=r"could not be dumped: .*snapshot"):
        list(backup.dump(places[HERE], "00000000-00000000-1"))
