"""`tenantry migrate` and `tenantry serve` stand on their own: each brings the private database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

from tests import plugin
from tests.journeys.conftest import OURS

SECONDS = 40


@pytest.fixture
def alone(tmp_path):
    """The environment of a shell in which nothing of the tests is set, and a data folder of its own."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {"TENANTRY_DATA": str(tmp_path / "data")}


def run(environment, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "tenantry.shell.cli", *words]
    return subprocess.run(
        command, cwd=plugin.ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_serve_brings_the_database_answers_and_stops_cleanly(alone):
    assert run(alone, "migrate").returncode == 0
    port = free_port()
    command = [sys.executable, "-m", "tenantry.shell.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=plugin.ROOT, env=alone)
    try:
        assert ready(port) == {"silent_regions": []}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS)
    assert not list((plugin.Path(alone["TENANTRY_DATA"]) / "postgres" / "data").glob("postmaster.pid"))


def ready(port: int) -> dict:
    """What the portal says of its regions, once it answers."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return requests.get(f"http://localhost:{port}/readyz", timeout=5).json()
        except (requests.ConnectionError, requests.Timeout):
            assert time.monotonic() < deadline
            time.sleep(0.2)
