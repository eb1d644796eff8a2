"""A world is backed up, and taken back in a new data folder: the same rows, people sign in, sealed values open."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests import deployment
from tests.deployment import DATABASES, PASSWORD, SOPHIE, Deployment

PASSPHRASE = "a river runs past the old mill"
pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("backup")]


@pytest.fixture(scope="module")
def folder():
    """A short path, since sockets stand below it."""
    made = Path(tempfile.mkdtemp(prefix="tn-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def old(folder):
    """A deployment with two firms, and a backup of it."""
    with Deployment(folder / "old").kept() as old:
        assert old.run("migrate").returncode == 0
        old.firms = deployment.populate(old)
        (old.folder / "apps.json").write_text('{"sign_in": {}}')
        old.file = folder / "night.backup"
        done = old.run("backup", str(old.file), BACKUP_PASSPHRASE=PASSPHRASE)
        assert done.returncode == 0, done.stdout + done.stderr
        old.said = done.stdout
        yield old


@pytest.fixture(scope="module")
def new(folder, old):
    """A new data folder in which the backup was taken back."""
    with Deployment(folder / "new").kept() as new:
        done = restore(new, old.file)
        assert done.returncode == 0, done.stdout + done.stderr
        yield new


def restore(at, file, *words):
    return at.run("restore", str(file), *words, BACKUP_PASSPHRASE=PASSPHRASE)


def test_the_same_rows_and_files_stand_in_a_new_data_folder(old, new):
    assert {alias: new.content(alias) for alias in DATABASES} == {alias: old.content(alias) for alias in DATABASES}
    assert (new.folder / "apps.json").read_text() == '{"sign_in": {}}'


def test_sealed_values_open_and_people_sign_in(old, new):
    assert [deployment.sealed_value(new, firm) for firm in old.firms] == ["secret of Contoso", "secret of Fabrikam"]
    with new.processes() as start:
        port = deployment.free_port()
        start("serve", "--port", str(port))
        portal = deployment.local(port)
        assert deployment.ready(portal) == {"silent_regions": []}
        assert "Contoso" in deployment.signed_in(portal, SOPHIE, PASSWORD).open("/customers").text


def test_the_roles_may_after_a_restore_what_they_may_after_migrate(old, new):
    assert {alias: rights(new, alias) for alias in DATABASES} == {alias: rights(old, alias) for alias in DATABASES}


def rights(of, alias):
    tables = """SELECT relname, pg_get_userbyid(relowner), relacl::text, relrowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace ORDER BY 1"""
    functions = "SELECT proname, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
    with of.connect(alias) as connection:
        return connection.execute(tables).fetchall(), sorted(map(str, connection.execute(functions).fetchall()))


def test_a_deployment_that_runs_is_not_touched(old):
    with old.connect("de-westcentral"):
        refused = restore(old, old.file, "--replace")
    assert (refused.returncode, refused.stdout.strip()) == (
        1, "The deployment is running. Stop its web and worker processes first.",
    )  # fmt: skip


def test_data_that_stands_is_replaced_by_a_clear_word_only(old, new):
    with new.connect("ch-north") as connection:
        connection.execute("CREATE TABLE newer (id int)")
    refused = restore(new, old.file)
    assert refused.returncode == 1
    assert "--replace puts the backup in its place" in refused.stdout
    assert restore(new, old.file, "--replace").returncode == 0
    assert new.content("ch-north") == old.content("ch-north")


def test_no_key_lies_in_the_clear_beside_the_data(old):
    content = old.file.read_bytes()
    for name in ("secret_key", "seal_key"):
        assert (old.folder / name).read_bytes() not in content
    assert "The keys are inside, sealed" in old.said


def test_one_region_is_backed_up_alone_and_without_a_passphrase_the_keys_stay_outside(old, folder):
    done = old.run("backup", str(folder / "ch.backup"), "--region", "ch-north")
    assert ": ch-north." in done.stdout
    assert "SECRET_KEY and SEAL_KEY are not inside" in done.stdout
