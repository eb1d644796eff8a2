"""The command line, as a person with the data folder uses it."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from simulator.tests.speaking import refused


@pytest.fixture
def command(sim):
    """Runs `simulator ...` against the shared simulator."""

    def run(*words):
        return called(*words, "--data", str(sim.running.folder))

    return run


def called(*words):
    return subprocess.run([sys.executable, "-m", "simulator.cli", *words], capture_output=True, text=True,
                          timeout=30, check=False)  # fmt: skip


def test_change_alters_creates_and_deletes_users_behind_the_portals_back(sim, command):
    token = sim.app_token(sim.app()).json()["access_token"]
    who = sim.contoso["cast"]["member"]
    done = command("change", "contoso.example", "--user", who["upn"], "--set", "jobTitle=Baker", "--create", "2")
    assert done.returncode == 0, done.stderr
    assert sim.graph(f"/users/{who['oid']}?$select=jobTitle", token).json()["jobTitle"] == "Baker"
    made = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("Created")]
    assert len(made) == 2
    assert command("change", "contoso.example", "--delete", made[0]).returncode == 0
    assert [sim.graph(f"/users/{upn}", token).status_code for upn in made] == [404, 200]


def test_withdraw_takes_one_permission_or_the_whole_consent(sim, command):
    app = sim.app(roles=["User.Read.All", "Group.Read.All"])
    assert command("withdraw", "contoso.example", "--app", app.id, "--reduce", "User.Read.All").returncode == 0
    token = sim.app_token(app).json()["access_token"]
    assert [sim.graph(path, token).status_code for path in ("/users", "/groups")] == [403, 200]
    done = command("withdraw", "contoso.example", "--app", app.id)
    assert done.stdout == "Contoso has withdrawn its consent.\n"
    assert refused(sim.app_token(app)) == (401, "invalid_client", 7000229)


@pytest.mark.parametrize(("by", "seconds"), [("90", 90), ("5m", 300), ("2h", 7200)])
def test_advance_moves_the_world_clock(command, by, seconds):
    assert command("advance", by).stdout == f"The world clock moved by {seconds} seconds.\n"


def test_a_frozen_clock_moves_only_when_told(sim):
    def now():
        return datetime.fromisoformat(sim.admin.call("GET", "/world")["now"])

    sim.admin.freeze()
    try:
        stood = now()
        assert now() == stood
        sim.admin.advance(30)
        assert now() - stood == timedelta(seconds=30)
    finally:
        sim.admin.freeze(frozen=False)
    assert now() > stood


def test_accounts_lists_who_can_sign_in(sim, command):
    shown = command("accounts").stdout
    admin = sim.contoso["cast"]["admin"]
    assert f"{admin['upn']}  {admin['password']}  admin of Contoso\n" in shown


def test_a_certificate_is_issued_for_a_receiver_and_never_over_the_own_ones(sim, command):
    assert command("certificate", "receiver", "hooks.example").returncode == 0
    checked = ["openssl", "verify", "-x509_strict", "-CAfile", sim.running.ca, f"{sim.running.folder}/receiver.pem"]
    assert subprocess.run(checked, capture_output=True, timeout=20, check=False).returncode == 0
    for name in ("ca", "leaf", "../x", "signing-001"):
        assert command("certificate", name, "hooks.example").returncode == 2


@pytest.mark.parametrize("words", [("change", "nobody.example"), ("withdraw", "nobody.example"),
                                   ("change", "contoso.example", "--user", "nobody@contoso.example"),
                                   ("change", "contoso.example", "--set", "nothing"), ("advance", "soon")])  # fmt: skip
def test_what_cannot_be_done_is_said_without_a_traceback(command, words):
    done = command(*words)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_simulator_is_said(tmp_path):
    done = called("accounts", "--data", str(tmp_path))
    assert (done.returncode, done.stderr) == (2, "No simulator has run with that data folder.\n")
