"""Signing in and out, locks, sessions and the profile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.kernel import clock, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact, FactLabel
from tenantry.portal.partners.models import Partner, Policy
from tenantry.portal.people import actions, queries
from tenantry.portal.people.models import Credential, Person, Session
from tenantry.portal.people.models.session import SessionStore
from tests.rules import rule

REGION = "de-westcentral"
EMAIL, PASSWORD, OTHER = "sophie@alpenrand.example", "correct horse battery", "staple wrong horse"
pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with scope.route(5, REGION, "192.0.2.7") as opened:
        yield opened.actor


@pytest.fixture
def sophie(visitor):
    Partner.open(name="Alpenrand IT", country="DE", capabilities=["service_provider"])
    person = Person.add(email=EMAIL, first_name="Sophie", last_name="Lindqvarn", organisation="Alpenrand IT",
                        language="de", state=Person.State.ACTIVE)  # fmt: skip
    Credential.give(person, PASSWORD, "Alpenrand IT")
    return person


def herself(person):
    return Actor("person", person.pk, person.name, 5, REGION, (), "192.0.2.7")


def opened(visitor, password=PASSWORD, email=EMAIL):
    return actions.sign_in(visitor, email, password, actions.Browser("Firefox"))


def facts(name):
    return [values(row) for row in Fact.objects.filter(name=f"people.{name}").order_by("at")]


def test_the_right_password_opens_a_session(visitor, sophie):
    store = SessionStore(opened(visitor, email="SOPHIE@alpenrand.example").key)
    assert (store.person_id(), store.language()) == (sophie.pk, "de")
    assert facts("signed_in") == [{"person": sophie.pk, "session": store.session.pk, "method": "password"}]


def test_only_a_hash_of_the_key_is_kept(visitor, sophie):
    key = opened(visitor).key
    assert key not in str(Session.objects.values_list().get())


def test_a_wrong_password_is_refused_and_recorded_without_the_input(visitor, sophie):
    assert opened(visitor, OTHER) is None
    assert facts("sign_in_failed") == [{"person": sophie.pk, "reason": "wrong"}]
    assert not FactLabel.objects.filter(value__contains=OTHER).exists()


def test_an_unknown_address_is_refused_and_not_recorded(visitor, sophie):
    assert opened(visitor, email="nobody@alpenrand.example") is None
    assert facts("sign_in_failed") == []


def test_the_fourth_wrong_password_locks_for_an_hour(visitor, sophie):
    for _try in range(4):
        opened(visitor, OTHER)
    assert opened(visitor) is None
    assert len(facts("person_locked")) == 1
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert opened(visitor) is not None


def test_the_right_password_forgets_the_wrong_ones_before_it(visitor, sophie):
    for password in (OTHER, OTHER, OTHER, PASSWORD, OTHER, OTHER, OTHER):
        opened(visitor, password)
    assert opened(visitor) is not None


def test_a_deactivated_person_is_refused(visitor, sophie):
    sophie.deactivate()
    assert opened(visitor) is None
    assert facts("sign_in_failed")[0]["reason"] == "deactivated"


def test_a_person_who_has_signed_in_does_not_sign_in_again(sophie):
    with pytest.raises(NotAllowed):
        opened(herself(sophie))


def test_a_stored_hash_of_less_is_renewed_at_sign_in(visitor, sophie, settings):
    settings.PASSWORD_HASHERS = [
        "tenantry.portal.people.models.credential.Argon2id", "django.contrib.auth.hashers.MD5PasswordHasher",
    ]  # fmt: skip
    assert opened(visitor) is not None
    assert "argon2id$v=19$m=65536,t=3,p=1$" in Credential.objects.get().encoded


@rule("ACC-09")
def test_a_session_lapses_when_idle_and_at_its_absolute_end(visitor, sophie):
    """Idle for 30 minutes, the next request finds nobody; kept busy, it ends after 24 hours."""
    key, moment = opened(visitor).key, clock.now()
    with clock.at(moment + timedelta(minutes=31)):
        assert SessionStore(key).person_id() is None
    for minutes in range(20, 24 * 60, 20):
        with clock.at(moment + timedelta(minutes=minutes)):
            SessionStore(key).keep()
    with clock.at(moment + timedelta(hours=24, seconds=1)):
        assert SessionStore(key).person_id() is None


def test_a_session_is_written_at_most_once_a_minute(visitor, sophie, django_assert_num_queries):
    store = SessionStore(opened(visitor).key)
    with django_assert_num_queries(0, using=REGION):
        store.keep()


def test_the_idle_time_is_the_partners(visitor, sophie):
    Policy.objects.update(idle_minutes=5)
    key, moment = opened(visitor).key, clock.now()
    with clock.at(moment + timedelta(minutes=6)):
        assert SessionStore(key).person_id() is None


def test_a_session_that_was_left_stays_as_a_row(visitor, sophie):
    store = SessionStore(opened(visitor).key)
    actions.sign_out(herself(sophie), store.session)
    assert SessionStore("anything").person_id() is None
    assert Session.objects.get().end == "signed_out"
    assert len(facts("signed_out")) == 1


def test_all_other_sessions_end_at_once(visitor, sophie):
    keys = [opened(visitor).key for _browser in range(3)]
    kept = SessionStore(keys[0]).session
    assert actions.end_other_sessions(herself(sophie), kept) == 2
    assert [SessionStore(key).person_id() for key in keys] == [sophie.pk, None, None]
    assert len(facts("session_ended")) == 2


def test_nobody_ends_the_session_of_somebody_else(visitor, sophie):
    session = SessionStore(opened(visitor).key).session
    stranger = Actor("person", sophie.pk + 64, "Mallory", 5, REGION)
    with pytest.raises(NotAllowed):
        actions.end_session(stranger, session)


def test_a_changed_password_ends_the_other_sessions(visitor, sophie):
    kept, other = (SessionStore(opened(visitor).key) for _browser in range(2))
    actions.change_password(herself(sophie), kept.session, OTHER)
    assert opened(visitor, OTHER) is not None
    assert not Session.objects.alive().filter(pk=other.session.pk).exists()
    assert len(facts("password_changed")) == 1


def test_a_changed_password_is_none_of_the_last(visitor, sophie):
    kept = SessionStore(opened(visitor).key).session
    with pytest.raises(Refused) as repeated:
        actions.change_password(herself(sophie), kept, PASSWORD)
    assert repeated.value.field == "password"


def test_a_profile_is_stored_with_what_differed(visitor, sophie):
    wished = {"first_name": "Sofie", "last_name": "Lindqvarn", "organisation": "Alpenrand IT", "phone": "",
              "language": "fr", "time_zone": "UTC"}  # fmt: skip
    assert actions.change_profile(herself(sophie), sophie, 1, wished)
    assert queries.person(sophie.pk).name == "Sofie Lindqvarn"
    assert facts("profile_changed")[0]["fields"] == ["first_name", "language"]
    with pytest.raises(Conflict):
        actions.change_profile(herself(sophie), sophie, 1, wished)
