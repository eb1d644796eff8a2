"""Lists that were read before share one request; what goes wrong with one is its own affair."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.engines.inventory.kinds import kinds
from tenantry.kernel import clock
from tests.rules import rule

pytestmark = pytest.mark.django_db
HASH = [name for name, kind in kinds().items() if kind.how == "hash"]
DELTA = [name for name, kind in kinds().items() if kind.how == "delta"]


@pytest.fixture
def known(contoso):
    """Contoso, read once."""
    contoso.first_read()
    return contoso


def asked(known, function):
    """What Graph was asked of the tenant meanwhile: path and how often."""

    def counted():
        told = known.cloud.admin.requests()
        return {(one["path"], one["status"]): one["count"] for one in told
                if one["part"] == "graph" and one["tenant"] == known.tenant["id"]}  # fmt: skip

    before = counted()
    function()
    return {key: count - before.get(key, 0) for key, count in counted().items() if count != before.get(key, 0)}


def a_day_later(known):
    with clock.moved(timedelta(days=1, minutes=1)):
        known.read()


def test_a_cycle_without_news_asks_once_for_each_delta_and_once_for_all_lists(known):
    told = asked(known, lambda: a_day_later(known))
    batches = told.pop(("/$batch", 200))
    further = sum(len(kinds()[name].further) for name in HASH)  # addresses that are known once the first is read
    assert sorted(told.values()) == [1] * (len(DELTA) + further)
    assert sum(path.endswith("/delta") for path, _status in told) == len(DELTA)
    services = [kinds()[name].service for name in HASH]
    assert batches <= services.count("IPC")  # one call a second is allowed of that service: each waits for a round


def test_every_list_that_came_in_the_one_request_is_fresh(known):
    before = min(known.state(name).read_at for name in HASH)
    a_day_later(known)
    assert all(known.state(name).read_at > before + timedelta(days=1) for name in HASH)
    assert {known.state(name).state for name in HASH} == {"fresh"}


@rule("MOD-14")
def test_of_lists_in_one_request_only_the_throttled_one_is_asked_again(known):
    """The batch returns 200; the throttled list alone is asked for again, after its own pause, and ends fresh."""
    match = {"path": "/domains$"}
    known.cloud.admin.fault("throttle_item", count=1, match=match, params={"retry_after": 90})
    told = asked(known, lambda: a_day_later(known))
    assert told["/domains", 200] == 1
    lists = [kinds()[name].endpoint.partition("?")[0] for name in HASH if name != "domains"]
    assert not [path for path, _status in told if path in lists]
    assert known.work.run.waited > 80
    assert known.state("domains").state == "fresh"


def test_a_refused_list_says_why_and_the_others_are_read(known):
    known.cloud.admin.fault("consent_reduced", match={"path": "/domains$"})
    a_day_later(known)
    assert (known.state("domains").state, known.state("domains").reason) == ("unknown", "no_permission")
    assert {known.state(name).state for name in HASH if name != "domains"} == {"fresh"}


@rule("MOD-42")
def test_with_microsofts_limits_kept_nobody_is_ever_asked_to_wait(contoso):
    """A first read and a cycle after it, against limits that are kept: not one request is refused."""
    contoso.cloud.admin.limits(on=True, tenant=contoso.tenant["id"])
    try:
        told = asked(contoso, lambda: (contoso.first_read(), a_day_later(contoso)))
    finally:
        contoso.cloud.admin.limits(on=False, tenant=contoso.tenant["id"])
    assert told
    assert not [status for _path, status in told if status == 429]
    assert {contoso.state(name).state for name in kinds()} == {"fresh"}
