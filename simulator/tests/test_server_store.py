"""What was answered stays, whatever happens to the process; what should not stay is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from simulator.store import Store
from simulator.testing import start
from simulator.tests.speaking import Speaker

WRITER = """
import sys
from pathlib import Path
from simulator.store import Store
store = Store(Path(sys.argv[1]))
while True:
    with store.begin() as write:
        number = write.next("done")
        write.put(b"w/%08d" % number, b"x" * 100)
    print(number, flush=True)
"""


def test_an_acknowledged_write_survives_kill(tmp_path):
    """Each write is acknowledged through a pipe, then the writer is killed in the middle of its work."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    acknowledged = [int(next(writer.stdout)) for _ in range(2000)]
    writer.kill()
    acknowledged += [int(line) for line in writer.stdout.read().splitlines() if line.isdigit()]
    writer.wait()
    store = Store(tmp_path)
    kept = [int(key[2:]) for key, _value in store.scan(b"w/")]
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= acknowledged[-2]  # the last line may be cut
    with store.begin() as write:
        assert write.next("done") == len(kept) + 1


def test_a_write_that_fails_leaves_nothing(tmp_path):
    store = Store(tmp_path)

    def half():
        with store.begin() as write:
            write.put(b"a", b"1")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        half()
    assert store.get(b"a") is None


def test_a_key_that_is_too_long_is_not_there(tmp_path):
    assert Store(tmp_path).get(b"x" * 4000) is None


def test_clearing_forgets_everything(tmp_path):
    store = Store(tmp_path)
    with store.begin() as write:
        for number in range(500):
            write.put(b"%d" % number, b"1")
    store.clear()
    assert store.scan(b"") == []


@pytest.mark.rule("SIM-58")
def test_changes_consents_and_refresh_tokens_survive_killing_the_simulator(tmp_path):
    """Writes answered before the kill are there afterwards; writes go on right up to it."""
    running = start("tiny", data=tmp_path)
    speaker = Speaker(running)
    app = speaker.app(roles=["User.Read.All"])
    before = speaker.app_token(app).json()["access_token"]
    made = _write_until_killed(running, speaker.contoso)
    again = start("tiny", data=tmp_path, ports=running.ports)
    try:
        speaker = Speaker(again)
        assert len(made) > 5
        for object_id in made:
            assert speaker.graph(f"/users/{object_id}", before).status_code == 200
        assert speaker.app_token(app).status_code == 200
    finally:
        again.stop()


def _write_until_killed(running, tenant):
    """Ids of users whose creation was answered before the kill."""
    made = []
    killer = threading.Timer(0.5, running.kill)
    killer.start()
    while killer.is_alive():
        nick = f"killed-{len(made)}"
        values = {"displayName": nick, "mailNickname": nick, "userPrincipalName": f"{nick}@{tenant['default_domain']}"}
        try:
            created = running.admin.mutate(tenant["id"], "users", "create", accountEnabled=True, **values)
        except (requests.RequestException, RuntimeError):
            break
        made.append(created["id"])
    killer.join()
    return made


def test_faults_and_counters_do_not_outlive_a_restart(tmp_path):
    running = start("tiny", data=tmp_path)
    speaker = Speaker(running)
    speaker.graph("/users", speaker.app_token(speaker.app()).json()["access_token"])
    speaker.admin.fault("throttle")
    assert speaker.admin.counters() == {speaker.contoso["id"]: 1}
    running.stop()
    again = start("tiny", data=tmp_path)
    try:
        assert again.admin.call("GET", "/faults")["value"] == []
        assert again.admin.counters() == {}
    finally:
        again.stop()


@pytest.mark.rule("SIM-59")
def test_the_differences_of_another_seed_refuse_to_start(tmp_path):
    """A foreign overlay refuses to start with a clear message."""
    start("tiny", data=tmp_path).stop()
    with pytest.raises(RuntimeError, match="The simulator did not start"):
        start("tiny", data=tmp_path, seed=2)


def test_the_first_answer_comes_soon(tmp_path):
    """Within five seconds of a core of its own: the time that the process has used, however busy the machine is."""
    running = start("demo", data=tmp_path)
    try:
        assert running.admin.call("GET", "/health")["ok"] is True
        used = Path(f"/proc/{running.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        assert sum(map(int, used)) / os.sysconf("SC_CLK_TCK") < 5
    finally:
        running.stop()
