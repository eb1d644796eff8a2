"""Every kind of fault: it strikes as often as it should, whom it should, and nobody once it is removed."""

from __future__ import annotations

import time

import pytest
import requests

from simulator.faults import KINDS, NOTICE_KINDS, TOKEN_KINDS
from simulator.tests.speaking import GRAPH

BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
REFUSED = {
    "throttle": 429, "throttle_bare": 429, "unavailable": 503, "server_error": 500, "no_premium": 403,
    "consent_reduced": 403, "gone": 404, "token_expired": 401, "insufficient_claims": 401, "wrong_type": 200,
}  # fmt: skip


class Asker:
    """An app that asks in one tenant, and sees whether a fault of a kind struck."""

    def __init__(self, sim, tenant, app):
        self.sim, self.tenant, self.app = sim, tenant, app
        self.token = sim.app_token(app, tenant["id"]).json()["access_token"]
        self.user = self.get("/users?$top=1").json()["value"][0]

    def send(self, method, path, body=None):
        """Any call of Graph."""
        address = path if path.startswith("https") else f"{self.sim.running.cloud_url}/v1.0{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.sim.session.request(method, address, json=body, headers=headers, timeout=10)

    def get(self, path):
        """A read of Graph."""
        return self.send("GET", path)

    def is_struck(self, kind):
        """Ask once in the way that the kind can befall."""
        if kind in TOKEN_KINDS:
            return self.sim.app_token(self.app, self.tenant["id"]).status_code != 200
        return getattr(self, f"_{kind}", lambda: self._refused(kind))()

    def _refused(self, kind):
        answer = self.get("/users?$top=3")
        if answer.status_code == 200 and "json" in answer.headers["Content-Type"]:
            return False
        return answer.status_code == REFUSED[kind] or pytest.fail(f"{kind}: {answer.status_code}")

    def _throttle_item(self):
        items = [{"id": one, "method": "GET", "url": "/users?$top=1"} for one in ("1", "2")]
        answers = self.send("POST", "/$batch", {"requests": items}).json()["responses"]
        throttled = [one for one in answers if one["status"] == 429]
        assert all(one["headers"]["retry-after"] == "2" for one in throttled)
        return bool(throttled)

    def _slow(self):
        began = time.monotonic()
        self.get("/users?$top=1")
        return time.monotonic() - began > SLOW

    def _breaks(self):
        try:
            self.get("/users")
        except BROKEN:
            return True
        return False

    _reset = _truncated = _breaks

    def _empty_page(self):
        page = self.get("/users?$top=3").json()
        return page["value"] == [] and "@odata.nextLink" in page

    def _repeat(self):
        ids = [one["id"] for one in self.get("/users/delta").json()["value"]]
        return len(ids) > len(set(ids))

    def _delta_expired(self):
        return self.get(self.get("/users/delta").json()["@odata.deltaLink"]).status_code == 410

    def _page_expired(self):
        return self.get(self.get("/users?$top=3").json()["@odata.nextLink"]).status_code == 400

    def _precondition(self):
        return self.send("PATCH", f"/users/{self.user['id']}", {"jobTitle": "Baker"}).status_code == 412

    def _replication_delay(self):
        """A new title is not in the list."""
        title = f"Baker {time.time_ns()}"
        assert self.send("PATCH", f"/users/{self.user['id']}", {"jobTitle": title}).status_code == 204
        found = self.get("/users?$top=1&$select=jobTitle").json()["value"][0]
        return found["jobTitle"] != title


SLOW = 0.6
PARAMS = {"slow": {"seconds": 2 * SLOW}}
MATCH = {"replication_delay": {"method": "GET"}, "throttle_item": {"batch_item": "2"}}
"""What a rule must say besides the tenant for its kind to be told by one question."""


@pytest.fixture
def askers(sim):
    app = sim.app(roles=["User.ReadWrite.All", "User.Read.All"])
    sim.admin.consent(sim.fabrikam["id"], app.id)
    return Asker(sim, sim.contoso, app), Asker(sim, sim.fabrikam, app)


def _rule(kind, tenant, **wish):
    return {"params": PARAMS.get(kind, {}), "match": {"tenant": tenant["id"], **MATCH.get(kind, {})}, **wish}


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize("kind", sorted(KINDS - NOTICE_KINDS))  # those of notices: test_notifications.py
def test_a_fault_strikes_whom_it_should_as_often_as_it_should(sim, askers, kind):
    """Every fault kind is injected, honours match, count and rate, and is removed."""
    mine, other = askers
    sim.admin.fault(kind, **_rule(kind, mine.tenant, count=1))
    assert not other.is_struck(kind)
    assert [mine.is_struck(kind) for _time in range(2)] == [True, False]
    sim.admin.clear_faults()
    name = sim.admin.fault(kind, **_rule(kind, mine.tenant, rate=0.5))
    assert [mine.is_struck(kind) for _time in range(4)] == [False, True, False, True]
    sim.admin.clear_faults(name)
    assert not any(mine.is_struck(kind) for _time in range(2))


@pytest.mark.rule("SIM-30")
def test_one_item_of_a_batch_is_throttled(sim, askers):
    """One batch item gets 429 with Retry-After, the others succeed."""
    sim.admin.fault("throttle", match={"part": "batch", "batch_item": "b"}, params={"retry_after": 2.5})
    items = [{"id": one, "method": "GET", "url": "/users?$top=1"} for one in "abc"]
    answer = askers[0].send("POST", "/$batch", {"requests": items})
    told = {one["id"]: (one["status"], one["headers"].get("retry-after")) for one in answer.json()["responses"]}
    assert (answer.status_code, told) == (200, {"a": (200, None), "b": (429, "2.5"), "c": (200, None)})


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize(("kind", "status", "method"), [("server_error", 507, "PATCH"), ("precondition", 428, "PATCH")])
def test_a_write_is_refused_in_its_own_way(sim, askers, kind, status, method):
    """A full store and a missing condition befall writes; what was to be written is not."""
    mine = askers[0]
    sim.admin.fault(kind, params={"status": status}, count=1)
    path = f"/users/{mine.user['id']}"
    assert mine.send(method, path, {"jobTitle": "Never"}).status_code == status
    assert mine.get(f"{path}?$select=jobTitle").json()["jobTitle"] != "Never"


@pytest.mark.rule("SIM-46")
def test_a_body_can_be_slow_after_its_first_byte(sim, askers):
    """The first byte comes at once, the others after the seconds."""
    sim.admin.fault("slow", params={"seconds": 1.0, "in": "body"}, count=1)
    began = time.monotonic()
    with sim.session.get(f"{sim.running.cloud_url}/v1.0/users", timeout=10, stream=True,
                         headers={"Authorization": f"Bearer {askers[0].token}"}) as answer:  # fmt: skip
        first = next(answer.iter_content(1))
        soon = time.monotonic() - began
        rest = b"".join(answer.iter_content(65_536))
    assert soon < 0.9 < time.monotonic() - began
    assert (first + rest).endswith(b"}")


@pytest.mark.rule("SIM-33")
def test_a_list_lags_until_the_clock_passes(sim, askers):
    """With lag 30 s and a frozen clock a list stays stale; advancing 30 s shows the change."""
    mine = askers[0]
    sim.admin.freeze()
    try:
        link = mine.get("/users/delta?$deltatoken=latest").json()["@odata.deltaLink"]
        sim.admin.fault("replication_delay", params={"seconds": 30}, match={"method": "GET"})
        made = sim.admin.mutate(sim.contoso["id"], "users", "create", displayName="Late One", mailNickname="late",
                                userPrincipalName=f"late.{time.time_ns()}@contoso.example")  # fmt: skip
        seen = [_seen(mine, made, link)]
        sim.admin.advance(30)
        seen.append(_seen(mine, made, link))
    finally:
        sim.admin.freeze(frozen=False)
        sim.admin.mutate(sim.contoso["id"], "users", "delete", made["id"])
    assert seen == [(False, 404, 0), (True, 200, 1)]


def _seen(asker, made, link):
    """Whether a list, the id and the delta know an object."""
    listed = asker.get("/users?$select=id&$top=999").json()["value"]
    told = asker.get(link).json()["value"]
    return {"id": made["id"]} in listed, asker.get(f"/users/{made['id']}").status_code, len(told)


@pytest.mark.rule("SIM-48")
def test_counters_equal_the_requests_sent(sim, askers):
    """Counters equal the requests sent, by tenant, path and status."""
    mine, other = askers
    before = _counted(sim)
    for path in ("/users", "/users?$top=2", f"/users/{mine.user['id']}", "/groups", "/nowhere"):
        mine.get(path)
    other.get("/users")
    sim.admin.fault("reset", count=1)
    with pytest.raises(BROKEN):
        mine.get("/users")
    sim.app_token(mine.app, mine.tenant["id"], client_secret="wrong")
    here, there = mine.tenant["id"], other.tenant["id"]
    assert {key: number - before.get(key, 0) for key, number in _counted(sim).items()
            if number != before.get(key, 0)} == {
        ("graph", here, "GET", "/users", 200): 2, ("graph", here, "GET", "/users/{id}", 200): 1,
        ("graph", here, "GET", "/groups", 403): 1, ("graph", here, "GET", "/nowhere", 400): 1,
        ("graph", here, "GET", "/users", 0): 1, ("graph", there, "GET", "/users", 200): 1,
        ("login", here, "POST", "/{id}/oauth2/v2.0/token", 401): 1,
    }  # fmt: skip


def _counted(sim):
    return {(one["part"], one["tenant"], one["method"], one["path"], one["status"]): one["count"]
            for one in sim.admin.requests()}  # fmt: skip


@pytest.mark.rule("SIM-48")
def test_logs_hold_neither_tokens_nor_secrets(sim, askers):
    """No token, secret, password or key is in the logs, not even after refusals and broken requests."""
    mine = askers[0]
    password = sim.contoso["cast"]["admin"]["password"]
    mine.send("POST", "/users", {"passwordProfile": {"password": password}})
    sim.session.post(f"{sim.running.cloud_url}/{mine.tenant['id']}/oauth2/v2.0/token", timeout=10,
                     data=f"client_secret={mine.app.secret}&scope={GRAPH}&%ff=%".encode())  # fmt: skip
    sim.session.get(f"{sim.running.cloud_url}/v1.0/users?token={mine.token}", timeout=10,
                    headers={"Authorization": f"Bearer {mine.token}x"})  # fmt: skip
    log = (sim.running.folder / "log").read_text()
    assert "Simulated cloud at https://localhost" in log
    assert not [one for one in (mine.token, mine.app.secret, password, sim.running.key) if one in log]
