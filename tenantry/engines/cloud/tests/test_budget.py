"""We wait before Microsoft has to ask us to."""

from __future__ import annotations

import pytest

from tenantry.engines.cloud.budget import LIMITS, Budgets
from tests.rules import rule

KEY = ("app", "tenant", "ID")


@pytest.fixture
def time():
    return [0.0]


@pytest.fixture
def budgets(time):
    return Budgets(lambda: time[0])


def spend(budgets, units, **more):
    return budgets.wait_for(KEY, units, **more)


@rule("MOD-28")
def test_what_people_wait_for_goes_first_when_the_background_has_used_its_share(budgets):
    """At 80 % of background use an interactive read is sent, and a background call waits."""
    assert spend(budgets, int(LIMITS["ID"].units * 0.8)) == 0
    assert spend(budgets, 1) == 10
    assert spend(budgets, 1, interactive=True) == 0


def test_a_spent_budget_comes_back_with_time(budgets, time):
    spend(budgets, 2_800)
    time[0] = 4.0
    assert spend(budgets, 1) == 6.0
    time[0] = 10.1
    assert spend(budgets, 1) == 0


def test_after_microsoft_asked_for_a_pause_nobody_calls_until_it_is_over(budgets, time):
    budgets.block(KEY, 2.128)
    assert spend(budgets, 1, interactive=True) == pytest.approx(2.128)
    time[0] = 2.2
    assert spend(budgets, 1) == 0


def test_each_tenant_has_a_budget_of_its_own(budgets):
    spend(budgets, 2_800)
    assert budgets.wait_for(("app", "another tenant", "ID"), 1) == 0
