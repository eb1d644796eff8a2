"""The whole demo, started as a person starts it, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from simulator.testing import Running, attach
from tests import plugin

PATIENCE = 240.0
OURS = ("DATABASE_PREFIX", "SIMULATOR_DATA", "CLOUD", "REGIONS", "ALLOWED_HOSTS", "TENANTRY_DATA", "PORT",
        "DJANGO_SETTINGS_MODULE", "TENANTRY_DATABASE_KEPT")  # fmt: skip


@dataclass
class Demo:
    """The running demo."""

    folder: Path
    process: subprocess.Popen
    started_in: float
    sessions: dict[str, list] = field(default_factory=dict)
    """The cookies of people who have signed in before, by address."""

    @property
    def address(self) -> str:
        return f"http://localhost:{json.loads((self.folder / 'demo-ports.json').read_text())['web']}"

    @property
    def microsoft(self) -> Running:
        data = self.folder / "simulator"
        return attach(data, self.process, json.loads((data / "ports.json").read_text()))

    def password(self, person: str) -> str:
        return json.loads((self.folder / "demo-passwords.json").read_text())[person]

    def log(self) -> str:
        return (self.folder / "demo.log").read_text()


def environment(folder: Path) -> dict[str, str]:
    """What a fresh shell would give it, and a data folder of its own."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | {"TENANTRY_DATA": str(folder)}


def start_demo(folder: Path) -> Demo:
    """Start it, and wait until it says that people may sign in and that its world is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (folder / "demo.log").open("wb") as log:
        command = [sys.executable, "-m", "tenantry.shell.cli", "demo", "--port", "0", "--small"]
        process = subprocess.Popen(command, cwd=plugin.ROOT, env=environment(folder), stdout=log, stderr=log)
    demo = Demo(folder, process, 0.0)
    wait_until_said(demo, "Ctrl-C")
    demo.started_in = time.monotonic() - began
    wait_until_said(demo, "The demo world is whole")
    return demo


def wait_until_said(demo: Demo, words: str) -> None:
    """Until the demo has printed the words; what it printed instead, where it ends before."""
    began = time.monotonic()
    while words not in demo.log():
        if demo.process.poll() is not None or time.monotonic() - began > PATIENCE:
            demo.process.kill()
            raise AssertionError(demo.log()[-4000:])
        time.sleep(0.2)


def stop_demo(demo: Demo) -> int:
    """Ctrl-C, and the exit code."""
    demo.process.send_signal(signal.SIGINT)
    return demo.process.wait(30)


@pytest.fixture(scope="session")
def demo():
    folder = plugin.ROOT / ".build" / "journeys"
    shutil.rmtree(folder, ignore_errors=True)
    running = start_demo(folder)
    yield running
    stop_demo(running)


@dataclass
class Person:
    """Somebody at a browser of the demo."""

    demo: Demo
    page: Page

    def sign_in(self, email: str, language: str = "en") -> None:
        self.page.goto(f"{self.demo.address}/sign-in")
        self.page.locator("input[name=email]").fill(email)
        self.page.locator("input[name=password]").fill(self.demo.password(email))
        self.page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def come_in(self, email: str, language: str = "en") -> None:
        """Go on in the session that the person has, else sign in: twenty times in five minutes are the most."""
        if email in self.demo.sessions:
            self.page.context.add_cookies(self.demo.sessions[email])
            self.open("/")
            expect(self.page.locator("html")).to_have_attribute("lang", language)
            return
        self.sign_in(email, language)
        self.page.wait_for_url(lambda address: "/sign-in" not in address)
        self.demo.sessions[email] = self.page.context.cookies()

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.demo.address}{path}")
        return self.page


@pytest.fixture
def visit(demo: Demo, chromium: Browser):
    """Gives browsers of their own: visit(language="de") is somebody who has never been here."""
    contexts = []

    def newcomer(language: str = "en", width: int = 1440, **more: object) -> Person:
        context = chromium.new_context(locale=language, viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return Person(demo, page)

    yield newcomer
    for context in contexts:
        context.close()


def pytest_collection_modifyitems(items):
    """One worker plays all journeys: they share one demo."""
    for item in items:
        if "tests/journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))
            item.add_marker(pytest.mark.timeout(300))
