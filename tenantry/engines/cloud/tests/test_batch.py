"""Twenty calls in one request, each answered and repeated for itself."""

from __future__ import annotations

import time

import pytest

from tenantry.engines.cloud import batch
from tenantry.engines.cloud.batch import Call
from tenantry.engines.cloud.client import Reply, count_of
from tenantry.kernel.errors import Broken, Later, Missing, Refused
from tests.rules import rule

USERS = Call("/users?$top=5&$select=id", "User.Read.All")
GROUPS = Call("/groups?$top=5&$select=id", "GroupMember.Read.All")
DOMAINS = Call("/domains", "Domain.Read.All")
ALL = {"users": USERS, "groups": GROUPS, "domains": DOMAINS}


@pytest.fixture
def send(with_graph):
    return lambda calls, **wish: with_graph(lambda graph: batch.send(graph, calls), **wish)


def asked(microsoft, path):
    return sum(one["count"] for one in microsoft.admin.requests() if one["path"] == path)


def test_several_collections_come_in_one_request(with_graph, microsoft, tenant):
    before = asked(microsoft, "/$batch")
    found = with_graph(lambda graph: batch.pages(graph, ALL))
    assert [len(page.objects) for page in found.values()][:2] == [5, 3]
    assert found["users"].next
    assert asked(microsoft, "/$batch") == before + 1


def test_a_count_comes_as_text(send):
    told = send({"n": Call("/users/$count", "User.Read.All", headers={"ConsistencyLevel": "eventual"})})
    assert count_of(told["n"].body) > 5


def test_more_than_twenty_go_in_two_requests(send, microsoft):
    before = asked(microsoft, "/$batch")
    told = send({str(number): USERS for number in range(25)})
    assert all(isinstance(one, Reply) for one in told.values())
    assert asked(microsoft, "/$batch") == before + 2


def seen(microsoft, name):
    """How many calls a fault has looked at."""
    return next(one["seen"] for one in microsoft.admin.call("GET", "/faults")["value"] if one["id"] == name)


@rule("MOD-14")
def test_only_the_throttled_call_repeats_after_its_own_pause(send, microsoft):
    """The batch returns 200; the item that was throttled goes again alone, after its own Retry-After."""
    match = {"part": "batch", "batch_item": "groups"}
    name = microsoft.admin.fault("throttle_item", count=1, match=match, params={"retry_after": 0.4})
    others = microsoft.admin.fault("throttle", rate=0, match={"part": "batch", "path": "users|domains"})
    begun = time.monotonic()
    told = send(ALL)
    assert time.monotonic() - begun >= 0.4
    assert all(isinstance(one, Reply) for one in told.values())
    assert (seen(microsoft, name), seen(microsoft, others)) == (2, 2)


def test_a_long_pause_is_told_and_the_others_are_there(send, microsoft):
    match = {"part": "batch", "batch_item": "groups"}
    microsoft.admin.fault("throttle_item", match=match, params={"retry_after": 60})
    told = send(ALL)
    assert isinstance(told["users"], Reply)
    assert isinstance(told["groups"], Later)
    assert (told["groups"].seconds, told["groups"].values["asked"]) == (60, True)


def test_a_success_of_the_batch_is_none_of_its_calls(send):
    told = send({"gone": Call("/users/11111111-1111-4111-8111-111111111111", "User.Read.All"),
                 "locked": Call("/users", "User.ReadWrite.All", method="POST", body={}), "users": USERS})  # fmt: skip
    assert isinstance(told["gone"], Missing)
    assert isinstance(told["locked"], Refused)
    assert told["locked"].values["detail"] == "User.ReadWrite.All"
    assert isinstance(told["users"], Reply)


def test_what_needs_a_failed_call_is_told_so_and_what_needs_a_repeated_one_waits(send, microsoft):
    calls = {"a": USERS, "b": Call("/groups?$top=1", "x", after=("a",)), "c": Call("/users/nobody@x.example", "x"),
             "d": Call("/domains", "x", after=("c",))}  # fmt: skip
    microsoft.admin.fault("throttle", count=1, match={"part": "batch", "batch_item": "a"}, params={"retry_after": 0.1})
    told = send(calls)
    assert isinstance(told["a"], Reply)
    assert isinstance(told["b"], Reply)
    assert told["d"].code == "dependency"


def test_a_need_that_comes_later_is_refused(send):
    with pytest.raises(Broken):
        send({"a": Call("/users", "x", after=("b",)), "b": USERS})


@pytest.mark.parametrize("fault", ["reset", "truncated", "server_error"])
def test_a_lost_batch_is_sent_again(send, microsoft, fault):
    microsoft.admin.fault(fault, count=1, match={"part": "graph", "path": r"/\$batch"})
    assert all(isinstance(one, Reply) for one in send(ALL).values())


def test_a_stale_token_is_replaced_once(send, microsoft):
    microsoft.admin.fault("token_expired", count=1, match={"part": "graph", "path": r"/\$batch"})
    assert all(isinstance(one, Reply) for one in send(ALL).values())


def test_a_write_whose_answer_was_lost_is_not_sent_again(send, microsoft):
    name = microsoft.admin.fault("reset", match={"part": "graph", "path": r"/\$batch"})
    told = send({"write": Call("/users/x", "x", method="PATCH", body={"city": "Bonn"})})
    assert isinstance(told["write"], Later)
    assert seen(microsoft, name) == 1


def test_a_batch_leads_nowhere_else(send):
    with pytest.raises(Broken):
        send({"a": Call("https://evil.example/v1.0/users", "x")})
