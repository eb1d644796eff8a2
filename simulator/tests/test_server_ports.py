"""The three ports: who may speak to which, and how the simulator starts, ends and fails to start."""

from __future__ import annotations

import ast
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

import simulator
from simulator.testing import start
from simulator.tests.speaking import Speaker

ROOT = Path(simulator.__file__).parent.parent


def connected(host, port, ca, **versions):
    """The TLS version that a client with only this CA agrees on."""
    context = ssl.create_default_context(cafile=ca)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.maximum_version = versions.get("maximum", ssl.TLSVersion.TLSv1_3)
    with socket.create_connection((host, port), 5) as raw, context.wrap_socket(raw, server_hostname=host) as secure:
        return secure.version()


@pytest.mark.rule("SIM-01")
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_client_with_the_ca_connects_under_every_loopback_name(sim, host):
    """A default TLS client with only ca.pem connects to localhost, 127.0.0.1 and ::1."""
    port = sim.running.ports["cloud"]
    assert connected(host, port, sim.running.ca) == "TLSv1.3"
    assert connected(host, port, sim.running.ca, maximum=ssl.TLSVersion.TLSv1_2) == "TLSv1.2"


@pytest.mark.rule("SIM-01")
def test_neither_plain_http_nor_a_client_without_the_ca_gets_in(sim):
    """Plain http fails on the cloud port."""
    with pytest.raises(requests.ConnectionError):
        requests.get(sim.running.cloud_url.replace("https", "http"), timeout=5)
    with pytest.raises(ssl.SSLCertVerificationError):
        connected("localhost", sim.running.ports["cloud"], None)


def paths(sim):
    """Addresses of the cloud and the admin side, none of them a page."""
    tenant = sim.contoso["id"]
    return [f"/{tenant}/oauth2/v2.0/token", f"/{tenant}/oauth2/v2.0/devicecode", f"/{tenant}/discovery/v2.0/keys",
            f"/{tenant}/v2.0/.well-known/openid-configuration", "/common/discovery/instance", "/v1.0/users",
            "/v1.0/adminconsent", "/beta/oauth2/v2.0/authorize/x", "/v1.0/x/oauth2/v2.0/authorize", "/subscriptions",
            "/__sim/health", "/__sim/adminconsent", "/", "/sim/../ca.pem"]  # fmt: skip


@pytest.mark.rule("SIM-73")
def test_the_browser_port_serves_pages_and_nothing_else(sim):
    """Every token, Graph, ARM and admin path is 404 on the browser port, whatever key or token comes with it."""
    app = sim.app()
    token = sim.app_token(app).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "X-Sim-Key": sim.running.key}
    for path in paths(sim):
        for method in ("GET", "POST"):
            answer = requests.request(method, sim.running.browser_url + path, headers=headers, timeout=5)
            assert (method, path, answer.status_code) == (method, path, 404)
    assert sim.browser().get(sim.authorize_url(app), timeout=5).status_code == 200


@pytest.mark.rule("SIM-47")
def test_the_admin_side_answers_on_its_own_port_with_its_key_only(sim):
    """`/__sim` is 404 on the cloud port and refuses a missing key on the admin port."""
    key = {"X-Sim-Key": sim.running.key}
    assert sim.session.get(f"{sim.running.cloud_url}/__sim/health", headers=key, timeout=5).status_code == 404
    health = f"{sim.running.admin_url}/__sim/health"
    assert requests.get(health, headers=key, timeout=5).json()["ok"] is True
    for wrong in ({}, {"X-Sim-Key": "wrong"}, {"X-Sim-Key": "ü".encode()}):
        assert requests.get(health, headers=wrong, timeout=5).status_code == 401


def test_the_ports_listen_on_loopback_only(sim):
    table = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    for port in ("cloud", "browser", "admin"):
        mine = [where for where in listening if where.endswith(f":{sim.running.ports[port]:04X}")]
        assert mine == [f"0100007F:{sim.running.ports[port]:04X}"]


def test_keys_can_be_read_by_their_owner_only(sim):
    secret = {"admin.key", "token.key", "password.key", "ca.key", "leaf.key", "signing-001.pem"}
    modes = {path.name: path.stat().st_mode & 0o777 for path in sim.running.folder.iterdir() if path.name in secret}
    assert modes == dict.fromkeys(secret, 0o600)


def test_a_body_that_is_too_large_is_refused(sim):
    answer = sim.post({"grant_type": "x" * (5 << 20)})
    assert answer.status_code == 413


@pytest.mark.rule("SIM-64")
@pytest.mark.parametrize(("package", "other"), [("simulator", "tenantry"), ("tenantry", "simulator")])
def test_neither_package_imports_the_other(package, other):
    """Neither package imports the other; tests and the portal's demo start the simulator as a process."""
    guilty = []
    for path in (ROOT / package).rglob("*.py"):
        if "tests" not in path.parts:
            guilty += [f"{path}: {name}" for name in _imported(path) if name.split(".")[0] == other]
    assert guilty == []


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_a_port_in_use_is_said_in_one_sentence(sim, tmp_path):
    command = [sys.executable, "-m", "simulator.cli", "serve", "--data", str(tmp_path), "--world", "tiny", "--port",
               str(sim.running.ports["cloud"]), "--browser-port", "0", "--admin-port", "0"]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        f"The simulator did not start. Port {sim.running.ports['cloud']} cannot be used: address already in use."
    ]


def test_it_stops_within_two_seconds_while_a_browser_holds_on(tmp_path):
    running = start("tiny", data=tmp_path, workers=2)
    with socket.create_connection(("localhost", running.ports["browser"])):
        began = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(5) == 0
        assert time.monotonic() - began < 2


def test_killing_it_frees_the_port_and_ends_its_workers(tmp_path):
    running = start("tiny", data=tmp_path, workers=2)
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
    assert len(children) == 1
    running.kill()
    again = start("tiny", data=tmp_path, ports=running.ports)
    try:
        assert _is_over(int(children[0]))
        assert Speaker(again).app_token(Speaker(again).app()).status_code == 200
    finally:
        again.stop()


def _is_over(process):
    """Whether a process has ended, or ends within a second or two."""
    for _ in range(40):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.rule("SIM-04")
def test_all_workers_know_a_new_signing_key(tmp_path):
    """A token signed with a key that was made while the workers ran is accepted by every one of them."""
    running = start("tiny", data=tmp_path, workers=2)
    try:
        speaker = Speaker(running)
        app = speaker.app()
        speaker.admin.rotate()
        for _ in range(8):  # each on a connection of its own, so that both workers answer
            fresh = Speaker(running)
            token = fresh.app_token(app).json()["access_token"]
            assert Speaker(running).graph("/users?$top=1", token).status_code == 200
    finally:
        running.stop()
