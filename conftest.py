"""Fixtures for every test of the repository."""

from __future__ import annotations

import pytest
from django.test import TransactionTestCase

from tests import plugin

pytest_plugins = ["tests.world", "tests.cloud", "tests.walk"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """Databases of our own making, instead of Django's test databases."""
    TransactionTestCase._fixture_teardown = plugin.empty_tables
    with django_db_blocker.unblock(), plugin.databases():
        yield


def pytest_collection_modifyitems(items):
    """A test that names no databases may use all of them."""
    for item in items:
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", list(plugin.ALIASES))


@pytest.fixture(autouse=True)
def work():
    """Background work waits until the test calls `work.drain()`."""
    from tenantry.engines.durable import tasks
    from tenantry.engines.durable.inline import InlineWork

    stand_in = InlineWork()
    tasks.replace_starter(stand_in)
    yield stand_in
    tasks.replace_starter(None)
