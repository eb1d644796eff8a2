"""The command line, as a person with the data folder uses it."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from simulator.testing import start
from simulator.tests.speaking import Speaker, refused


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


def test_mutate_changes_objects_of_any_kind(sim, command):
    token = sim.app_token(sim.app(roles=["Device.Read.All"])).json()["access_token"]
    device = sim.graph("/devices?$top=1", token).json()["value"][0]["id"]
    for act, of, values in (("change", [device], ["displayName=KIOSK", "isCompliant=false"]), ("create", [], [])):
        done = command("mutate", "contoso.example", "devices", act, *of, *(f"--set={one}" for one in values))
        assert done.returncode == 0, done.stderr
    seen = sim.graph(f"/devices/{device}", token).json()
    assert (seen["displayName"], seen["isCompliant"]) == ("KIOSK", False)
    assert command("mutate", "contoso.example", "devices", "delete", done.stdout.split()[1].strip(":")).returncode == 0
    assert "cannot be changed" in command("mutate", "contoso.example", "secureScores", "create").stderr


def test_faults_are_put_in_force_listed_and_cleared(sim, command):
    token = sim.app_token(sim.app()).json()["access_token"]
    done = command("fault", "unavailable", "--tenant", "contoso.example", "--path", "/users", "--count", "2",
                   "--with", "retry_after=7")  # fmt: skip
    answer = sim.graph("/users", token)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert "unavailable" in command("faults").stdout
    assert command("clear", done.stdout.split()[0]).stdout == "Cleared.\n"
    assert sim.graph("/users", token).status_code == 200
    assert command("faults").stdout == "No fault is in force.\n"
    assert "unknown kind of fault" in command("fault", "nonsense").stderr


@pytest.mark.rule("SIM-58")
def test_reset_restores_the_bodies_of_the_seed(tmp_path):
    """Reset restores the seed's bodies; apps and consents must be made again."""
    running = start("tiny", data=tmp_path)
    try:
        speaker = Speaker(running)
        seed = _bodies(speaker)
        running.admin.churn(speaker.contoso["id"], 5)
        changed = _bodies(speaker)
        assert called("reset", "--data", str(tmp_path)).returncode == 0
        assert _bodies(speaker) == seed != changed
    finally:
        running.stop()


def _bodies(speaker):
    token = speaker.app_token(speaker.app()).json()["access_token"]
    return [speaker.graph(path, token).content for path in ("/users?$top=999", "/users?$select=id,officeLocation")]


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
