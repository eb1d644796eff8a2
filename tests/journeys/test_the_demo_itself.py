"""The demo as a program: a second one, a port in use, a killed worker, a stop and a start."""

from __future__ import annotations

import subprocess
import sys

import requests

from tests import plugin
from tests.journeys.conftest import environment


def test_a_second_demo_says_that_one_is_running(demo):
    command = [sys.executable, "-m", "tenantry.shell.cli", "demo"]
    done = subprocess.run(command, cwd=plugin.ROOT, env=environment(demo.folder), capture_output=True, text=True,
                          timeout=60, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "is in use" in done.stdout


def test_the_portal_says_that_it_lives_and_can_answer(demo):
    assert requests.get(f"{demo.address}/healthz", timeout=10).text == "ok"
    assert requests.get(f"{demo.address}/readyz", timeout=10).json() == {"silent_regions": []}


def test_the_demo_printed_who_can_sign_in(demo):
    said = demo.log()
    for person in ("sophie@alpenrand.example", "jonas@alpenrand.example", "henrik@nordlicht.example",
                   "urs@kiefer.example", "tomas@balticcloud.example"):  # fmt: skip
        assert person in said
        assert demo.password(person) in said
    assert "admin@northwind.example" in said


def test_status_and_doctor_answer_on_the_server(demo):
    for words in (["status", "--as", "sophie@alpenrand.example"], ["doctor"]):
        command = [sys.executable, "-m", "tenantry.shell.cli", *words]
        env = environment(demo.folder) | {"CLOUD": "simulator"}
        done = subprocess.run(
            command, cwd=plugin.ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Contoso" in done.stdout or "Directory" in done.stdout
