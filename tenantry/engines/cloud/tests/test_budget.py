"""We wait before Microsoft has to ask us to."""

from __future__ import annotations

import random

import pytest

from tenantry.engines.cloud.budget import Budgets, Key
from tenantry.engines.cloud.catalogue import limits
from tests.rules import rule

KEY = Key("app", "tenant", "ID")


@pytest.fixture
def time():
    return [1_000_000.0]


@pytest.fixture
def budgets(time):
    return Budgets(lambda: time[0])


def spend(budgets, units, key=KEY, **more):
    return budgets.wait_for(key, units, **more)


@rule("MOD-28")
def test_what_people_wait_for_goes_first_when_the_background_has_used_its_share(budgets):
    """At 80 % of background use an interactive read is sent, and a background call waits."""
    assert spend(budgets, 2_800) == 0
    assert 10 < spend(budgets, 1) < 10.5
    assert spend(budgets, 1, interactive=True) == 0


def test_a_spent_budget_comes_back_with_time(budgets, time):
    spend(budgets, 2_800)
    time[0] += 4.0
    pause = spend(budgets, 1)
    assert 6 < pause < 6.5
    time[0] += pause
    assert spend(budgets, 1) == 0


def test_after_a_pause_that_microsoft_asked_for_people_go_before_the_background(budgets, time):
    budgets.block(KEY, 2.128)
    assert spend(budgets, 1, interactive=True) == pytest.approx(2.128)
    assert spend(budgets, 1) > 2.128
    time[0] += 2.2
    assert spend(budgets, 1, interactive=True) == 0


def test_each_tenant_has_a_budget_of_its_own(budgets):
    spend(budgets, 2_800)
    assert spend(budgets, 1, Key("app", "another tenant", "ID")) == 0


def test_apps_share_the_budget_that_microsoft_counts_for_the_tenant(budgets):
    assert spend(budgets, 1, Key("app", "tenant", "IPC")) == 0
    assert spend(budgets, 1, Key("another app", "tenant", "IPC")) > 1
    assert spend(budgets, 2_800, Key("another app", "tenant", "ID")) == 0


@pytest.mark.parametrize(("users", "units"), [(0, 3_500), (49, 3_500), (50, 5_000), (500, 5_000), (501, 8_000)])
def test_larger_tenants_have_more(budgets, users, units):
    whole = KEY._replace(users=users)
    assert spend(budgets, units, whole, interactive=True) == 0
    assert spend(budgets, 1, whole, interactive=True) > 0


def test_a_service_with_two_windows_keeps_to_both(budgets, time):
    key, sent = KEY._replace(service="SVC"), 0
    for _minute in range(30):
        while spend(budgets, 1, key) == 0:
            sent += 1
        time[0] += 61
    assert sent == 640


@rule("MOD-42")
@pytest.mark.parametrize("service", sorted(limits().services))
def test_work_in_excess_uses_its_allowance_and_never_more(budgets, time, service):
    """Over a long time at least 0.9 of the background allowance is used, and no window ever holds more."""
    key, sent, chance = KEY._replace(service=service), [], random.Random(7)
    (tight, *_more) = sorted(key.limits, key=lambda one: one.units / one.seconds)
    cost = max(tight.units // 200, 1)
    end = time[0] + 20 * tight.seconds
    while time[0] < end:
        pause = spend(budgets, cost, key)
        sent += [time[0]] if pause == 0 else []
        time[0] += pause or chance.uniform(0, 0.002) * tight.seconds
    most = max(int(tight.units * 0.8), 1) / cost
    for first in sent:
        assert sum(first <= at < first + tight.seconds for at in sent) <= most
    assert len(sent) * cost >= 0.9 * 0.8 * tight.units * 20


def test_an_answer_tells_what_a_call_cost(budgets):
    spend(budgets, 1)
    budgets.learn(KEY, {"x-ms-resource-unit": "3"})
    assert spend(budgets, 2_798) > 0
    assert spend(budgets, 2_797) == 0


def test_what_others_use_counts(budgets):
    budgets.learn(KEY, {"x-ms-throttle-limit-percentage": "0.85"})
    assert spend(budgets, 1) > 0
    assert spend(budgets, 500, interactive=True) == 0
    assert spend(budgets, 100, interactive=True) > 0


def test_microsoft_names_a_limit_of_its_own(budgets):
    key = KEY._replace(service="SPO")
    budgets.learn(key, {"RateLimit-Limit": "2400", "RateLimit-Remaining": "1000", "RateLimit-Reset": "20"})
    assert spend(budgets, 521, key) > 0
    assert spend(budgets, 520, key) == 0


@pytest.mark.parametrize("said", ["nan", "inf", "-1", "soon", ""])
def test_nonsense_in_an_answer_changes_nothing(budgets, said):
    names = ("x-ms-resource-unit", "x-ms-throttle-limit-percentage", "RateLimit-Limit", "RateLimit-Remaining")
    budgets.learn(KEY, dict.fromkeys(names, said))
    assert spend(budgets, 2_800) == 0


def test_the_limits_say_from_when_and_where_they_are():
    assert limits().as_of.year >= 2026
    assert limits().source.startswith("https://learn.microsoft.com/")
