"""Fixtures for every test of the repository."""

from __future__ import annotations

import hypothesis
import pytest
from django.db import transaction
from django.test import TransactionTestCase
from playwright.sync_api import sync_playwright

from tests import plugin

hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # a busy machine is no mistake of the code
hypothesis.settings.load_profile("busy")
pytest_plugins = ["tests.world", "tests.cloud", "tests.walk"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Databases of our own making, instead of Django's test databases."""
    TransactionTestCase._fixture_teardown = plugin.empty_tables
    with django_db_blocker.unblock(), plugin.databases():
        yield


def pytest_collection_modifyitems(items):
    """A test that names no databases may use all of them; one with a real browser runs apart from the others.

    Playwright leaves an event loop running in its thread, in which no other test could start one.
    """
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.journey)
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", list(plugin.ALIASES))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """A test of the world that is rolled back finds the world standing; all others find empty databases."""
    commits = any(marker.kwargs.get("transaction") for marker in item.iter_markers("django_db"))
    plugin.turn("world" in item.fixturenames and not commits)


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, one for all journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def work():
    """Background work waits until the test calls `work.drain()`."""
    from tenantry.engines.durable import tasks
    from tenantry.engines.durable.inline import InlineWork

    stand_in = InlineWork()
    tasks.replace_starter(stand_in)
    yield stand_in
    tasks.replace_starter(None)


@pytest.fixture
def committed(monkeypatch):
    """What waits for the commit happens at once: a test that is rolled back never commits, and costs a tenth."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_more: function())
