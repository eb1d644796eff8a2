"""Change notifications: the handshake, what is delivered to whom, and what happens when nobody listens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.tests.receiving import Receiver
from simulator.tests.speaking import Speaker

DAY = 86_400


@pytest.fixture
def receiver(running):
    found = Receiver(running.folder)
    yield found
    found.stop()


@pytest.fixture
def client(running, receiver):
    """An app that may read users and groups of contoso, and the address of its receiver."""
    running.admin.reset()
    yield Client(Speaker(running), receiver)
    running.admin.reset()


class Client:
    """Subscribes, renews, gives up."""

    def __init__(self, sim, receiver, roles=("User.Read.All", "Group.Read.All")):
        self.sim, self.receiver, self.tenant = sim, receiver, sim.contoso
        self.app = sim.app(roles=list(roles))
        self.token = sim.app_token(self.app).json()["access_token"]

    def call(self, method, path="", body=None):
        """A call of /subscriptions."""
        address = f"{self.sim.running.cloud_url}/v1.0/subscriptions{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.sim.session.request(method, address, json=body, headers=headers, timeout=20)

    def wish(self, **other):
        """A subscription as it may be asked for."""
        return {"changeType": "updated,deleted", "notificationUrl": self.receiver.url, "resource": "/users",
                "lifecycleNotificationUrl": self.receiver.url, "expirationDateTime": self.after(days=2),
                "clientState": "secret"} | other  # fmt: skip

    def after(self, **length):
        """A moment of the world clock."""
        now = datetime.fromisoformat(self.sim.admin.call("GET", "/world")["now"])
        return (now.astimezone(UTC) + timedelta(**length)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")

    def subscribe(self, **other):
        """A subscription that is made."""
        answer = self.call("POST", body=self.wish(**other))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def refused(self, **other):
        """Status, code and words of a subscription that is not."""
        answer = self.call("POST", body=self.wish(**other))
        return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]

    def change(self, title="Baker"):
        """A user of contoso is given another title by somebody; the id."""
        upn = self.tenant["cast"]["member"]["upn"]
        return self.sim.admin.mutate(self.tenant["id"], "users", "change", upn, jobTitle=title)["id"]


@pytest.mark.rule("SIM-35")
def test_a_receiver_that_gives_the_token_back_is_subscribed(client):
    """Subscription creation needs the handshake."""
    made = client.subscribe()
    assert made["resource"] == "/users"
    assert made["clientState"] is None
    assert client.call("GET", f"/{made['id']}").json()["id"] == made["id"]
    assert [one["id"] for one in client.call("GET").json()["value"]] == [made["id"]]


@pytest.mark.rule("SIM-35")
def test_a_wrong_echo_is_no_handshake(client):
    """A wrong echo gives 400 ValidationError, and so does an address at which nobody listens."""
    client.receiver.echo = lambda token: token.replace(" ", "+")
    assert client.refused()[:2] == (400, "ValidationError")
    client.receiver.echo = lambda token: token
    status, code, words = client.refused(notificationUrl="https://localhost:1/nobody")
    assert (status, code) == (400, "ValidationError")
    assert words.startswith("Subscription validation request failed. Notification endpoint must respond with 200 OK")
    assert client.call("GET").json()["value"] == []


def test_nothing_leaves_the_machine(client):
    """An address that is not this machine's is not even asked."""
    started = datetime.now(UTC)
    assert client.refused(notificationUrl="https://192.0.2.1/notices")[:2] == (400, "ValidationError")
    assert datetime.now(UTC) - started < timedelta(seconds=5)


@pytest.mark.parametrize(
    "wish",
    [{"notificationUrl": "http://localhost/notices"}, {"changeType": "created"}, {"resource": "/me/messages"},
     {"clientState": "x" * 129}, {"expirationDateTime": "soon"}, {"expirationDateTime": "2001-01-01T00:00:00Z"},
     {"resource": ""}],
)  # fmt: skip
def test_what_cannot_be_subscribed_to_is_refused(client, wish):
    assert client.refused(**wish)[:2] == (400, "ValidationError")


def test_no_subscription_lasts_longer_than_microsoft_lets_it(client):
    words = client.refused(expirationDateTime=client.after(days=30))[2]
    assert words == "Subscription expiration can only be 41760 minutes in the future."
    made = client.subscribe(expirationDateTime=client.after(days=28))
    client.sim.admin.advance(20 * DAY)
    renewed = client.call("PATCH", f"/{made['id']}", {"expirationDateTime": client.after(days=28)})
    assert renewed.status_code == 200
    assert renewed.json()["expirationDateTime"] > made["expirationDateTime"]


def test_who_may_not_read_groups_cannot_subscribe_to_them(running, receiver):
    running.admin.reset()
    client = Client(Speaker(running), receiver, roles=("User.Read.All",))
    assert client.refused(resource="/groups")[:2] == (403, "Authorization_RequestDenied")
    made = client.subscribe()
    other = Client(client.sim, receiver)
    assert other.call("GET", f"/{made['id']}").status_code == 404
    assert other.call("DELETE", f"/{made['id']}").status_code == 404


@pytest.mark.rule("SIM-36")
def test_a_change_is_told_with_client_state_and_tenant(client):
    """A change is delivered with clientState and tenantId."""
    made, user = client.subscribe(), client.change()
    [told] = client.receiver.notices()
    assert told == {
        "subscriptionId": made["id"], "subscriptionExpirationDateTime": made["expirationDateTime"],
        "changeType": "updated", "resource": f"Users/{user}", "clientState": "secret",
        "tenantId": client.tenant["id"],
        "resourceData": {"@odata.type": "#Microsoft.Graph.User", "@odata.id": f"Users/{user}", "id": user},
    }  # fmt: skip


def test_only_what_was_asked_for_is_told(client):
    upn = client.tenant["cast"]["admin"]["upn"]
    admin = client.sim.admin.mutate(client.tenant["id"], "users", "change", upn, jobTitle="Before")["id"]
    client.subscribe(resource=f"users/{admin}")
    client.change()
    client.sim.admin.mutate(client.tenant["id"], "users", "change", upn, jobTitle="After")
    assert [one["resourceData"]["id"] for one in client.receiver.notices()] == [admin]


@pytest.mark.rule("SIM-36")
def test_a_failing_receiver_is_asked_again(client):
    """A failing receiver is retried, and told everything once it answers."""
    client.subscribe()
    client.receiver.status = 503
    user = client.change()
    client.receiver.tries(1)
    client.receiver.status = 202
    client.receiver.posts.clear()
    client.sim.admin.advance(60)
    assert [one["resourceData"]["id"] for one in client.receiver.notices()] == [user]


def test_a_receiver_that_fails_for_four_hours_is_told_that_it_missed_something(client):
    client.subscribe()
    client.receiver.status = 503
    client.change()
    client.receiver.tries(1)
    client.sim.admin.advance(5 * 3600)
    client.receiver.tries(2)
    client.receiver.status = 202
    client.receiver.posts.clear()
    client.sim.admin.advance(3600)
    assert [one["lifecycleEvent"] for one in client.receiver.notices()] == ["missed"]


@pytest.mark.rule("SIM-36")
def test_nothing_is_told_after_the_end(client):
    """Expiry stops it."""
    client.subscribe(expirationDateTime=client.after(days=2))
    lasting = client.subscribe(expirationDateTime=client.after(days=9), resource="/groups")
    client.sim.admin.advance(3 * DAY)
    client.change()
    client.sim.admin.mutate(client.tenant["id"], "groups", "create", displayName="New")
    told = client.receiver.notices()
    assert {one["subscriptionId"] for one in told} == {lasting["id"]}
    assert [one["id"] for one in client.call("GET").json()["value"]] == [lasting["id"]]


def test_renewal_is_asked_for_before_the_end(client):
    made = client.subscribe(expirationDateTime=client.after(days=2))
    client.sim.admin.advance(1.5 * DAY)
    [told] = client.receiver.notices()
    assert (told["lifecycleEvent"], told["subscriptionId"]) == ("reauthorizationRequired", made["id"])
    assert told["clientState"] == "secret"


def test_what_microsoft_takes_away_is_told_once(client):
    client.subscribe()
    client.sim.admin.lifecycle(client.tenant["id"], "subscriptionRemoved")
    assert [one["lifecycleEvent"] for one in client.receiver.notices()] == ["subscriptionRemoved"]
    client.subscribe()
    client.sim.admin.withdraw(client.tenant["id"])
    assert [one["lifecycleEvent"] for one in client.receiver.notices(2)] == ["subscriptionRemoved"] * 2
    assert client.sim.admin.subscriptions() == []


def test_who_gives_up_hears_no_more(client):
    made, kept = client.subscribe(), client.subscribe(resource="/groups")
    assert client.call("DELETE", f"/{made['id']}").status_code == 204
    assert client.call("DELETE", f"/{made['id']}").status_code == 404
    client.change()
    client.sim.admin.mutate(client.tenant["id"], "groups", "create", displayName="New")
    assert {one["subscriptionId"] for one in client.receiver.notices()} == {kept["id"]}


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize(
    ("fault", "states"), [("notify_twice", ["secret", "secret"]), ("notify_forged", ["not secret"])]
)
def test_notices_are_doubled_or_forged_on_demand(client, fault, states):
    """Faults of notifications are injected once and then over."""
    client.subscribe()
    client.sim.admin.fault(fault, count=1)
    client.change()
    assert [one["clientState"] for one in client.receiver.notices(len(states))] == states
    client.change("Butcher")
    assert client.receiver.notices(len(states) + 1)[-1]["clientState"] == "secret"


@pytest.mark.rule("SIM-46")
def test_a_notice_is_lost_on_demand(client):
    """A lost notice is never told again."""
    client.subscribe()
    client.sim.admin.fault("notify_drop", count=1)
    client.change()
    while client.sim.admin.call("GET", "/faults")["value"][0]["done"] < 1:
        client.receiver.pause()
    upn = client.tenant["cast"]["admin"]["upn"]
    admin = client.sim.admin.mutate(client.tenant["id"], "users", "change", upn, jobTitle="Butcher")["id"]
    assert [one["resourceData"]["id"] for one in client.receiver.notices()] == [admin]


@pytest.mark.rule("SIM-46")
@pytest.mark.parametrize(
    ("fault", "states"),
    [("notify_forged", ["secret", "not secret"] * 2 + ["secret"]), ("notify_twice", ["secret"] * 7),
     ("notify_drop", ["secret"] * 3)],
)  # fmt: skip
def test_faults_of_notices_honour_match_and_rate_and_are_removed(client, fault, states):
    """At rate 0.5 every second notice of the tenant is struck, none of another's rule, and none after removal."""
    admin = client.sim.admin
    client.subscribe()
    admin.fault(fault, match={"tenant": client.sim.fabrikam["id"]})
    name = admin.fault(fault, rate=0.5)
    for number in range(4):
        client.change(f"Baker {number}")
        while admin.call("GET", "/faults")["value"][1]["seen"] <= number:
            client.receiver.pause()
    other = admin.call("GET", "/faults")["value"][0]
    admin.clear_faults(name)
    client.change("Butcher")
    assert [one["clientState"] for one in client.receiver.notices(len(states))] == states
    assert (other["seen"], other["done"]) == (0, 0)
