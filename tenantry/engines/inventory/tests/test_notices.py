"""A change in a tenant is told, and its row is there: through Microsoft's subscription and our own listener."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError

from tenantry.engines.cloud.listener import Listener
from tenantry.engines.cloud.notices import Notice, Reference
from tenantry.engines.inventory import actions, queries
from tenantry.engines.inventory.models import KindState, Subscription, TenantUser
from tenantry.engines.inventory.tasks import hearing, listen, look
from tenantry.engines.inventory.tasks.hearing import Desk
from tenantry.kernel import clock
from tenantry.kernel.actor import system
from tests.cloud import leaf

pytestmark = pytest.mark.django_db
PARTNER, REGION, CUSTOMER = 41, "de-westcentral", 77
PATIENCE = 15


class Told:
    """Contoso, read once, beside a listener of ours."""

    def __init__(self, contoso, desk):
        self.contoso, self.desk, self.admin = contoso, desk, contoso.cloud.admin

    def listen(self):
        """Look after the subscriptions here and now."""
        look()
        self.contoso.work.drain()

    def rows(self):
        """The subscriptions by kind."""
        with self.contoso.here():
            return {row.kind: row for row in Subscription.objects.all()}

    def at_microsoft(self):
        """The resources of which Microsoft tells us changes."""
        return sorted(one["resource"] for one in self.admin.subscriptions())

    def pass_on(self, then=time.monotonic):
        """Wait until something was heard; then do what follows from it."""
        deadline = time.monotonic() + PATIENCE
        while not self.desk.pass_on(then()):
            assert time.monotonic() < deadline, self.admin.subscriptions()
            time.sleep(0.02)
        self.contoso.work.drain()

    def pass_on_until(self, met):
        """Pass on what is heard, however many notices it comes in, until what follows from it is there."""
        deadline = time.monotonic() + 2 * PATIENCE
        while not met():
            assert time.monotonic() < deadline, (self.admin.subscriptions(), self.rows())
            self.desk.pass_on(time.monotonic())
            self.contoso.work.drain()
            time.sleep(0.02)

    def titled(self, title):
        """How many users have the title, as far as we have read."""
        with self.contoso.here():
            return TenantUser.objects.filter(job_title=title).count()


@pytest.fixture
def told(contoso, settings, committed):
    """Contoso is told of; nobody's subscriptions of another test are left."""
    desk, stop, started = Desk(), threading.Event(), threading.Event()
    certificate, key = leaf(contoso.cloud.folder, "notices")
    listener = Listener(("127.0.0.1", 0), certificate, key, desk.take)
    thread = threading.Thread(target=listener.serve, args=(stop, started), daemon=True)
    thread.start()
    assert started.wait(10)
    settings.NOTICES_URL = f"https://localhost:{listener.port}/notices"
    contoso.first_read()
    yield Told(contoso, desk)
    contoso.cloud.admin.withdraw(contoso.tenant["id"])  # its subscriptions end with the app
    stop.set()
    thread.join(5)


def test_a_change_is_read_because_it_was_told(told):
    told.listen()
    assert told.at_microsoft() == ["groups", "users"]
    upn = told.contoso.tenant["cast"]["member"]["upn"]
    told.admin.mutate(told.contoso.tenant["id"], "users", "change", upn, jobTitle="Told at once")
    assert told.titled("Told at once") == 0
    told.pass_on()
    assert told.titled("Told at once") == 1
    assert told.rows()["users"].heard_at
    assert told.rows()["groups"].heard_at is None


def test_a_page_can_say_how_changes_are_found(told):
    with told.contoso.here():
        assert queries.told(CUSTOMER) == "none"
    told.listen()
    with told.contoso.here():
        assert queries.told(CUSTOMER) == "all"
        Subscription.objects.filter(kind="groups").update(expires_at=clock.now())
        assert queries.told(CUSTOMER) == "some"
        assert queries.told(CUSTOMER + 1) == ""


def test_many_notices_are_one_cycle(told):
    told.listen()
    before = told.admin.counters()[told.contoso.tenant["id"]]
    told.admin.churn(told.contoso.tenant["id"], 20)
    told.pass_on()
    assert told.admin.counters()[told.contoso.tenant["id"]] - before == 1
    told.admin.churn(told.contoso.tenant["id"], 20)
    now = time.monotonic()
    assert told.desk.pass_on(now) == 0


def test_what_is_told_while_a_read_runs_is_read_after_it(told):
    told.listen()
    with told.contoso.here():
        KindState.objects.filter(kind="users").update(told_at=clock.now() + timedelta(seconds=1), next_due=clock.now())
    told.contoso.read()
    assert told.contoso.state("users").next_due <= clock.now()
    with clock.moved(timedelta(minutes=1)):
        told.contoso.read()
        assert told.contoso.state("users").next_due > clock.now()


def test_a_forged_notice_changes_nothing(told):
    told.listen()
    due = told.contoso.state("users").next_due
    told.admin.fault("notify_forged", count=1)
    told.admin.churn(told.contoso.tenant["id"], 1)
    while told.admin.call("GET", "/faults")["value"][0]["done"] < 1:
        time.sleep(0.02)
    upn = told.contoso.tenant["cast"]["member"]["upn"]
    told.admin.mutate(told.contoso.tenant["id"], "groups", "create", displayName=upn)
    told.pass_on()  # the group's notice came behind the forged one
    assert told.contoso.state("users").next_due == due


def test_what_is_disconnected_is_given_up_and_heard_no_more(told):
    told.listen()
    with told.contoso.here():
        actions.pause(system(PARTNER, REGION), CUSTOMER)
    told.contoso.work.drain()
    assert told.at_microsoft() == []
    assert {row.remote_id for row in told.rows().values()} == {""}
    told.contoso.connect()
    told.listen()
    assert told.at_microsoft() == ["groups", "users"]


def test_subscriptions_are_renewed_before_they_end(told):
    told.listen()
    before = told.rows()["users"]
    with clock.moved(timedelta(days=4)):
        told.listen()
        after = told.rows()["users"]
    assert after.remote_id == before.remote_id
    assert after.expires_at - before.expires_at > timedelta(days=3)
    assert after.renew_at < after.expires_at - timedelta(days=3)


@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved"])
def test_what_was_missed_is_read_and_what_was_removed_is_asked_for_again(told, event):
    told.listen()
    before, read = told.rows()["users"].remote_id, told.contoso.state("users").read_at
    told.admin.lifecycle(told.contoso.tenant["id"], event)
    told.pass_on_until(lambda: told.contoso.state("users").read_at > read)
    told.pass_on_until(lambda: told.at_microsoft() == ["groups", "users"])
    assert (told.rows()["users"].remote_id == before) == (event == "missed")


def test_renewal_that_microsoft_asks_for_is_done_at_once(told):
    told.listen()
    before = told.rows()["users"].expires_at
    with clock.moved(timedelta(minutes=5)):
        told.admin.lifecycle(told.contoso.tenant["id"], "reauthorizationRequired")
        told.pass_on()
    assert told.rows()["users"].expires_at > before


def test_where_nobody_shakes_hands_changes_are_found_by_reading(told, settings):
    settings.NOTICES_URL = "https://localhost:1/notices"
    told.listen()
    assert told.at_microsoft() == []
    assert {row.reason for row in told.rows().values()} == {"unexpected"}
    assert told.contoso.source().listen_at > clock.now() + timedelta(minutes=50)


def test_a_subscription_whose_answer_was_lost_is_not_doubled(told):
    told.listen()
    with told.contoso.here():
        Subscription.objects.update(remote_id="")
    listen.carry_out(told.contoso.work.run, PARTNER, REGION, told.contoso.source_id)
    assert told.at_microsoft() == ["groups", "users"]
    assert {one["id"] for one in told.admin.subscriptions()} == {row.remote_id for row in told.rows().values()}


def test_without_an_address_nobody_is_asked(told, settings):
    settings.NOTICES_URL = ""
    told.listen()
    assert told.at_microsoft() == []
    assert told.rows() == {}


def test_a_notice_outlives_a_database_that_is_away_for_a_moment(monkeypatch):
    passed, desk = [], Desk()

    def heed(whose, notices):
        passed.append((whose, len(notices)))
        if len(passed) == 1:
            raise OperationalError

    monkeypatch.setattr(hearing, "heed", heed)
    desk.take([Notice(Reference(REGION, PARTNER, 5, "users"))] * 3)
    assert [desk.pass_on(moment) for moment in (0.0, 1.0, 6.0, 12.0)] == [1, 0, 1, 0]
    assert passed == [((REGION, PARTNER, 5), 1)] * 2
