"""Present kinds follow the table; the Insight app asks for what the table needs, in words."""

from __future__ import annotations

import pytest

from tenantry.engines.inventory import catalogue
from tenantry.engines.inventory.kinds import kinds
from tests.rules import rule


@rule("MOD-37")
@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_a_kind_follows_its_row_of_the_table(kind):
    """Endpoint, permission, interval, way and home of a present kind equal its row."""
    row = next(row for row in catalogue.rows() if kind.name in row.kinds)
    assert kind.endpoint in row.endpoints
    assert kind.permission in row.permissions
    assert (kind.interval, kind.how, kind.home) == (row.interval(kind.name), row.way(kind.name), row.home)


@rule("MOD-37")
def test_the_insight_app_asks_for_the_permissions_of_every_row_without_operate():
    """The Insight app's list equals the permissions of all rows that do not need the Operate app."""
    assert sorted(wish.name for wish in catalogue.INSIGHT) == sorted(catalogue.permissions())
    assert "User.DeleteRestore.All" not in catalogue.permissions()


def test_every_permission_stands_in_a_group_and_has_a_sentence():
    groups = {group.key for group in catalogue.GROUPS}
    assert {wish.group for wish in catalogue.INSIGHT} == groups
    assert all(str(wish.sentence).endswith(".") for wish in catalogue.INSIGHT)


def test_the_insight_app_only_reads():
    assert not [wish.name for wish in catalogue.INSIGHT if "Write" in wish.name]
