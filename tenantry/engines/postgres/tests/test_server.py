"""The private server: one for all its users, stopped by the last, and back after whatever killed it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tenantry.engines.postgres import addresses, server
from tests import plugin


def connect(folder):
    return psycopg.connect(**addresses.admin(folder, ""), autocommit=True)


def postmaster(folder):
    return int((folder / "postgres/data/postmaster.pid").read_text().split()[0])


def gone(pid):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            Path(f"/proc/{pid}/exe").readlink()
        except OSError:
            return True
        time.sleep(0.05)
    return False


def kill(folder):
    pid = postmaster(folder)
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)


def test_it_starts_answers_in_no_network_and_stops(tmp_path):
    with server.running(tmp_path):
        assert connect(tmp_path).execute("SHOW listen_addresses").fetchone() == ("",)
        pid = postmaster(tmp_path)
    assert gone(pid)
    assert not server.answers(addresses.socket_folder(tmp_path))


def test_rows_survive_a_killed_server_and_its_stale_files(tmp_path):
    with server.running(tmp_path):
        connect(tmp_path).execute("CREATE TABLE kept AS SELECT 7 AS seven")
        kill(tmp_path)
        assert (tmp_path / "postgres/data/postmaster.pid").exists()
        with server.running(tmp_path):
            assert connect(tmp_path).execute("SELECT seven FROM kept").fetchone() == (7,)


def test_a_pid_file_that_names_another_program_is_no_obstacle(tmp_path):
    with server.running(tmp_path):
        pass
    stale = tmp_path / "postgres/data/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n1\n5432\n")
    with server.running(tmp_path):
        assert postmaster(tmp_path) != os.getpid()


def test_an_interrupted_first_start_is_started_over(tmp_path):
    for half in ("new", "data"):
        (tmp_path / "postgres" / half / "base").mkdir(parents=True)
    with server.running(tmp_path):
        assert connect(tmp_path).execute("SELECT 1").fetchone() == (1,)


USER = """
import sys, time
from pathlib import Path
from tenantry.engines.postgres import server
with server.running(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def user(tmp_path):
    """Another process that uses the server until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", USER, str(tmp_path)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, cwd=plugin.ROOT)  # fmt: skip
    assert process.stdout.readline() == b"up\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


def test_two_processes_share_one_server_and_the_last_stops_it(tmp_path, user):
    with server.running(tmp_path):
        pid = postmaster(tmp_path)
        user.communicate(timeout=20)
        assert connect(tmp_path).execute("SELECT 1").fetchone() == (1,)
    assert gone(pid)


def test_a_killed_user_is_counted_no_longer(tmp_path, user):
    with server.running(tmp_path):
        pid = postmaster(tmp_path)
        user.kill()
        user.wait(10)
    assert gone(pid)


def test_a_long_path_has_its_socket_in_the_temp_folder(tmp_path):
    folder = tmp_path / ("long" * 25)
    assert len(str(addresses.socket_folder(folder))) <= addresses.LONGEST_SOCKET_PATH
    with server.running(folder):
        assert connect(folder).execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_cannot_start_says_where_its_log_is(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 0.5)
    with pytest.raises(server.ServerError, match="log"), server.running(tmp_path, max_connections="'none'"):
        pass
