"""One running simulator for all tests, and the ways in which they speak to it."""

from __future__ import annotations

import pytest

from simulator.testing import start
from simulator.tests.speaking import Speaker


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    simulator = start("tiny", data=tmp_path_factory.mktemp("simulator"))
    yield simulator
    simulator.stop()


@pytest.fixture
def sim(running):
    """The shared simulator, without faults."""
    running.admin.clear_faults()
    yield Speaker(running)
    running.admin.clear_faults()


@pytest.fixture
def browser_page(chromium):
    """A page of a browser that has never been here; an error in its console fails the test."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert wrong == []
