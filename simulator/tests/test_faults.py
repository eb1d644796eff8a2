"""Faults: which request a rule strikes, and what that looks like on the wire."""

from __future__ import annotations

import msgspec
import pytest
import requests

from simulator.faults import Faults
from simulator.store import Store
from simulator.testing import start
from simulator.wire import Request

SCOPE = "https://graph.microsoft.com/.default"


@pytest.fixture
def faults(tmp_path):
    return Faults(Store(tmp_path))


def _struck(faults, times, **wish):
    known = {"path": "/v1.0/users", "method": "GET", "part": "graph", "tenant": "t", "app": "a"} | wish
    request = Request(known["method"], known["path"])
    return [faults.find(known["part"], request, known["tenant"], known["app"]) is not None for _ in range(times)]


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize("rate", [0, 0.1, 0.25, 0.3, 0.29, 1])
def test_a_rate_is_kept_exactly(faults, rate):
    """A fault honours its rate: of a hundred requests exactly so many are struck."""
    faults.add({"kind": "throttle", "rate": rate})
    assert sum(_struck(faults, 100)) == round(rate * 100)


@pytest.mark.rule("SIM-46")
def test_count_after_match_and_removal_are_honoured(faults):
    """A fault honours count, after and match, and is gone once removed."""
    match = {"method": "GET", "path": "/users$", "tenant": "t", "app": "a"}
    name = faults.add({"kind": "gone", "count": 2, "after": 1, "match": match})
    others = [{"path": "/v1.0/groups"}, {"method": "POST"}, {"tenant": "other"}, {"app": "other"}, {"part": "token"}]
    assert not any(any(_struck(faults, 3, **other)) for other in others)
    assert _struck(faults, 5) == [False, True, True, False, False]
    assert [(rule["id"], rule["seen"], rule["done"]) for rule in faults.rules()] == [(name, 5, 2)]
    again = faults.add({"kind": "gone"})
    faults.remove(name)
    assert [rule["id"] for rule in faults.rules()] == [again]
    faults.remove()
    assert not any(_struck(faults, 3))


@pytest.mark.parametrize("rule", [
    {"kind": "nonsense"}, {}, {"kind": "gone", "match": {"nonsense": 1}}, {"kind": "gone", "rate": 2},
    {"kind": "gone", "match": {"path": "("}},
])  # fmt: skip
def test_a_rule_that_means_nothing_is_refused(faults, rule):
    with pytest.raises(ValueError, match=r"kind|match|rate|path"):
        faults.add(rule)


@pytest.mark.rule("SIM-46")
def test_a_fault_strikes_only_what_it_can_befall(faults):
    """An expired delta needs a delta token, an expired page a skiptoken, a token fault the token endpoint."""
    for kind in ("delta_expired", "page_expired", "secret_expired", "throttle_item"):
        faults.add({"kind": kind})
    assert _struck(faults, 2) == [False, False]
    assert faults.find("graph", Request("GET", "/v1.0/users/delta", {"$deltatoken": "x"}))["kind"] == "delta_expired"
    assert faults.find("graph", Request("GET", "/v1.0/users", {"$skiptoken": "x"}))["kind"] == "page_expired"
    assert faults.find("token", Request("POST", "/x/oauth2/v2.0/token"))["kind"] == "secret_expired"
    assert faults.find("batch", Request("GET", "/v1.0/users"))["kind"] == "throttle_item"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    simulator = start(data=tmp_path_factory.mktemp("sim"))
    yield simulator
    simulator.stop()


class Client:
    """An app with consent in one tenant of a simulator that runs."""

    def __init__(self, running):
        self.running, self.admin = running, running.admin
        self.tenant = running.admin.tenant("contoso.example")["id"]
        self.app = running.admin.app("Tests", roles=["User.Read.All", "Group.Read.All"])
        running.admin.consent(self.tenant, self.app[0])
        self.session = requests.Session()
        self.session.verify, self.session.trust_env = running.ca, False
        self.session.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"

    def token(self, **form):
        """An answer of the token endpoint."""
        known = {
            "grant_type": "client_credentials",
            "client_id": self.app[0],
            "client_secret": self.app[1],
            "scope": SCOPE,
        }
        return self.session.post(f"{self.running.cloud_url}/{self.tenant}/oauth2/v2.0/token", known | form, timeout=10)

    def get(self, path="/users", timeout=10, **headers):
        """An answer of Graph."""
        address = path if path.startswith("https") else f"{self.running.cloud_url}/v1.0{path}"
        return self.session.get(address, timeout=timeout, headers=headers)


@pytest.fixture
def client(running):
    known = Client(running)
    yield known
    running.admin.clear_faults()


def _code(response):
    return response.json()["error"]["code"]


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize(
    ("kind", "params", "refusal", "waits"),
    [
        ("throttle", {"retry_after": 2.128}, (429, "TooManyRequests"), "2.128"),
        ("throttle_bare", {}, (429, "TooManyRequests"), None),
        ("unavailable", {"retry_after": 7}, (503, "serviceNotAvailable"), "7"),
        ("server_error", {}, (500, "InternalServerError"), None),
        ("server_error", {"status": 502}, (502, "InternalServerError"), None),
        ("no_premium", {}, (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"), None),
        ("consent_reduced", {}, (403, "Authorization_RequestDenied"), None),
        ("gone", {}, (404, "Request_ResourceNotFound"), None),
        ("token_expired", {}, (401, "InvalidAuthenticationToken"), None),
        ("insufficient_claims", {}, (401, "InvalidAuthenticationToken"), None),
    ],
)
def test_a_refusal_has_its_wire_form_once(client, kind, params, refusal, waits):
    """A refusal on demand has Microsoft's status, code and headers, as often as it was asked for."""
    client.admin.fault(kind, count=1, params=params, match={"tenant": client.tenant})
    answer = client.get()
    assert (answer.status_code, _code(answer), answer.headers.get("Retry-After")) == (*refusal, waits)
    assert answer.json()["error"]["message"]
    assert ("insufficient_claims" in answer.headers.get("WWW-Authenticate", "")) == (kind == "insufficient_claims")
    assert client.get().status_code == 200


@pytest.mark.rule("SIM-46")
def test_a_gateway_that_gives_up_sends_no_body(client):
    """504 comes without a body."""
    client.admin.fault("server_error", count=1, params={"status": 504})
    answer = client.get()
    assert (answer.status_code, answer.content) == (504, b"")


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize("params", [{}, {"bytes": 200}])
def test_a_connection_breaks_before_or_in_the_body(client, params):
    """The connection is reset before, or in the middle of, the body."""
    client.admin.fault("reset", count=1, params=params)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get()
    assert client.get().status_code == 200


@pytest.mark.rule("SIM-46")
def test_a_body_is_cut(client):
    """A truncated answer ends before its announced length."""
    client.admin.fault("truncated", count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get()
    assert len(client.get().json()["value"]) == 30


@pytest.mark.rule("SIM-46")
def test_a_slow_answer_outlasts_a_time_out(client):
    """A slow answer begins only after its seconds."""
    client.admin.fault("slow", count=2, params={"seconds": 1.5})
    with pytest.raises(requests.Timeout):
        client.get(timeout=0.4)
    answer = client.get()
    assert answer.elapsed.total_seconds() > 1.4
    assert answer.status_code == 200


@pytest.mark.rule("SIM-46")
def test_a_page_of_another_type_comes_with_200(client):
    """A wrong type is HTML with 200."""
    client.admin.fault("wrong_type", count=1)
    answer = client.get()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


@pytest.mark.rule("SIM-46")
def test_an_empty_page_leads_on_and_a_repeating_one_repeats(client):
    """An empty page carries a next link that works; a repeating delta gives an object twice."""
    client.admin.fault("empty_page", count=1)
    empty = client.get("/users?$top=5&$select=id,userType").json()
    assert empty["value"] == []
    following = client.get(empty["@odata.nextLink"]).json()["value"]
    assert [set(user) for user in following] == [{"id", "userType"}] * 5
    client.admin.fault("repeat", count=1)
    told = client.get("/users/delta").json()
    ids = [user["id"] for user in told["value"]]
    assert (len(ids), len(set(ids))) == (31, 30)
    assert "@odata.deltaLink" in told


@pytest.mark.rule("SIM-26")
@pytest.mark.parametrize("status", [410, 400])
def test_an_expired_delta_or_page_on_demand(client, status):
    """Expired delta: 410 with a working Location, 400 by setting; an expired page 400."""
    link = client.get("/users/delta").json()["@odata.deltaLink"]
    client.admin.fault("delta_expired", count=1, params={"status": status})
    answer = client.get(link)
    assert (answer.status_code, _code(answer)) == (status, "syncStateNotFound")
    assert len(client.get(answer.headers["Location"]).json()["value"]) == 30
    following = client.get("/users?$top=5").json()["@odata.nextLink"]
    client.admin.fault("page_expired", count=1)
    expired = client.get(following)
    assert (expired.status_code, _code(expired)) == (400, "Directory_ExpiredPageToken")


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize(
    ("kind", "status", "number"),
    [
        ("consent_revoked", 401, 7000229), ("principal_disabled", 400, 7000112), ("secret_expired", 401, 7000222),
        ("certificate_bad", 401, 700027), ("ca_blocked", 400, 53003), ("login_busy", 503, 90033),
    ],
)  # fmt: skip
def test_no_token_on_demand(client, kind, status, number):
    """A fault of the token endpoint has its AADSTS number, once."""
    client.admin.fault(kind, count=1)
    answer = client.token()
    assert (answer.status_code, answer.json()["error_codes"]) == (status, [number])
    assert client.token().status_code == 200


@pytest.mark.rule("SIM-07", "SIM-46")
def test_consent_that_is_reduced_for_real(client):
    """Reduced consent: the token is issued with fewer roles, and Graph answers 403."""
    client.admin.reduce(client.tenant, client.app[0], "Group.Read.All")
    given = client.token()
    client.session.headers["Authorization"] = f"Bearer {given.json()['access_token']}"
    assert client.get("/users").status_code == 200
    refused = client.get("/groups")
    assert (refused.status_code, _code(refused)) == (403, "Authorization_RequestDenied")


@pytest.mark.rule("SIM-46")
def test_faults_do_not_outlive_a_restart(tmp_path):
    """Faults are gone after a restart; what was written is not."""
    for number in range(2):
        simulator = start(data=tmp_path)
        try:
            rules = simulator.admin.call("GET", "/faults")["value"]
            simulator.admin.fault("gone")
        finally:
            simulator.kill()
        assert rules == [], number


def test_the_body_of_a_429_names_the_status_inside(client):
    client.admin.fault("throttle", count=1)
    inner = client.get().json()["error"]["innerError"]
    assert (inner["code"], inner["status"]) == ("429", "429")
    assert msgspec.json.encode(inner)
