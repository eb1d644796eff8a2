"""General settings, through the page."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tenantry.kernel import clock
from tenantry.kernel.models import Fact, FactLabel
from tenantry.portal.partners.models import Policy

pytestmark = pytest.mark.django_db
SENT = {"version": "1", "idle": "45", "unit": "minutes", "concurrent": "on", "networks": ""}


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


def stored(world):
    with world.alpenrand.scope():
        return Policy.objects.get().as_wish()


def apply(client, **changed):
    return client.post("/settings/general", SENT | changed)


def test_apply_stores_every_field_and_records_before_and_after(world, sophie):
    assert (
        apply(sophie, idle="2", unit="hours", second_factor="on", networks="127.0.0.0/8\n\n2001:db8::1").status_code
        == 302
    )
    wish = stored(world)
    assert (wish.idle_minutes, wish.second_factor, wish.networks) == (120, True, ("127.0.0.0/8", "2001:db8::1/128"))
    with world.alpenrand.scope():
        fact = Fact.objects.get(name="partners.security_policy_changed")
        told = {row.field: row.value for row in FactLabel.objects.filter(fact_id=fact.id)}
    assert json.loads(told["before"])["idle_minutes"] == 30
    assert json.loads(told["after"])["idle_minutes"] == 120


@pytest.mark.parametrize("changed", [
    {"idle": "4"}, {"idle": "25", "unit": "hours"}, {"idle": ""}, {"idle": "-5"}, {"idle": "9" * 5000},
    {"networks": "10.0.0.0/33"}, {"networks": "127.0.0.0/8\nhello"}, {"networks": "<script>"},
    {"networks": "\n".join(f"127.0.{n}.0/24" for n in range(101))}, {"networks": "127.0.0.0/8 " * 10_000},
    {"networks": "203.0.113.0/24"},
])  # fmt: skip
def test_bad_input_stores_nothing_and_is_shown_again(world, sophie, changed):
    before = stored(world)
    answer = apply(sophie, second_factor="on", **changed)
    assert (answer.status_code, stored(world)) == (422, before)
    assert 'name="second_factor" value="on" checked' in answer.content.decode()


def test_a_line_that_is_no_network_is_named(sophie):
    assert "Line 2 is no network" in apply(sophie, networks="127.0.0.0/8\nhello").content.decode()


def test_nobody_shuts_itself_out(sophie):
    assert "127.0.0.1, would be outside" in apply(sophie, networks="203.0.113.0/24").content.decode()


def test_a_stale_form_shows_both_values_and_who_was_first(world, sophie):
    apply(sophie, idle="45")
    answer = apply(sophie, idle="60", networks="127.0.0.0/8")
    text = answer.content.decode()
    assert answer.status_code == 409
    for shown in ("Changed by Sophie Lindqvarn at ", "45 minutes", "60 minutes", "127.0.0.0/8", "everywhere"):
        assert shown in text
    assert 'name="version" value="2"' in text


def test_who_may_not_look_does_not_see_it(world):
    assert world.alpenrand.browser("Lena").get("/settings/general").status_code == 403


def test_what_is_applied_unchanged_is_no_fact(world, sophie):
    apply(sophie, idle="30")
    with world.alpenrand.scope():
        assert not Fact.objects.filter(name="partners.security_policy_changed").exists()


def test_a_session_from_another_network_is_refused_at_its_next_request(world, sophie):
    apply(sophie, networks="127.0.0.0/8")
    assert sophie.get("/profile").status_code == 200
    assert sophie.get("/profile", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_a_shorter_timeout_holds_for_sessions_that_are_open(world, sophie):
    other = world.alpenrand.browser("Jonas")
    apply(sophie, idle="5")
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert other.get("/profile").status_code == 302
