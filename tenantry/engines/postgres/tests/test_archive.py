"""The file of a backup: whole or not there, signed, and known for what it is."""

from __future__ import annotations

import resource
import stat

import pytest

from tenantry.engines.postgres import archive
from tenantry.engines.postgres.archive import BackupError

KEY = "the deployment's key"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "night.backup"


def write(path, content=b"rows"):
    with archive.writing(path) as writer:
        writer.add("databases/here", [content[:2], content[2:]])
        writer.close({"taken": "now"}, KEY)


def test_what_was_written_is_read_again_and_the_signature_fits(path):
    write(path)
    facts, signed = archive.read(path)
    assert (facts["taken"], facts["members"]["databases/here"]["bytes"]) == ("now", 4)
    assert b"".join(archive.member(path, "databases/here")) == b"rows"
    assert (signed(KEY), signed("another key")) == (True, False)


def test_only_its_owner_may_read_it(path):
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_long_member_goes_in_parts(path, monkeypatch):
    monkeypatch.setattr(archive, "PART", 10)
    write(path, b"x" * 95)
    assert [len(part) for part in archive.member(path, "databases/here")] == [10] * 9 + [5]


def test_an_empty_member_is_whole(path):
    write(path, b"")
    assert archive.read(path)[0]["members"]["databases/here"]["bytes"] == 0


def test_a_file_that_stands_is_not_written_over(path):
    path.write_text("somebody's")
    with pytest.raises(BackupError, match="exists"):
        write(path)
    assert path.read_text() == "somebody's"


@pytest.fixture
def no_room():
    """Files may not grow beyond 64 kB, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_no_half_of_it_stays(path, no_room):
    with pytest.raises(BackupError, match=r"could not be written: .*Nothing of it was kept"):
        write(path, b"x" * 200_000)
    assert list(path.parent.iterdir()) == []


def test_a_writer_that_fails_leaves_nothing(path):
    with pytest.raises(ZeroDivisionError), archive.writing(path):
        raise ZeroDivisionError
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("kept", [0, 300, 700, 1500])
def test_a_file_that_is_cut_is_refused(path, kept):
    write(path, b"x" * 1000)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BackupError, match="is cut"):
        archive.read(path)


def test_a_file_whose_rows_were_changed_is_refused(path):
    write(path)
    path.write_bytes(path.read_bytes().replace(b"rows", b"rowz"))
    with pytest.raises(BackupError, match="is damaged: databases/here"):
        archive.read(path)


def test_something_else_is_no_backup(path):
    path.write_text("a letter " * 1000)
    with pytest.raises(BackupError, match="no backup"):
        archive.read(path)


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(BackupError, match=r"There is no file .*night\.backup"):
        archive.read(path)
