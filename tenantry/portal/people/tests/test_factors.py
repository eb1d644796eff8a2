"""Second factors from an administrator's side."""

from __future__ import annotations

import pyotp
import pytest

from tenantry.kernel import clock
from tenantry.kernel.errors import NotAllowed, Refused
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.portal.people import actions, notices, queries, rules
from tenantry.portal.people.models import Person, RecoveryCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled(world):
    """Jonas, who has an authenticator app."""
    with world.alpenrand.acting("Jonas") as opened:
        secret = rules.new_secret()
        actions.add_authenticator(opened.actor, secret, pyotp.TOTP(secret).at(clock.now()))
        return Person.objects.get(pk=opened.actor.id)


def test_the_list_of_users_asks_for_all_factors_at_once(world, enrolled):
    with world.alpenrand.scope():
        others = world.alpenrand.people["Lena"]
        assert queries.second_factors([enrolled.pk, others]) == {enrolled.pk: ("app",), others: ()}


def test_an_administrator_resets_a_lost_factor(world, enrolled):
    with world.alpenrand.acting("Sophie") as opened:
        actions.reset_second_factor(opened.actor, enrolled)
        assert queries.second_factors([enrolled.pk]) == {enrolled.pk: ()}
        assert not RecoveryCode.objects.exists()
        assert values(Fact.objects.get(name="people.mfa_reset")) == {"person": enrolled.pk}


def test_what_is_not_there_is_not_reset(world):
    with world.alpenrand.acting("Sophie") as opened, pytest.raises(Refused):
        actions.reset_second_factor(opened.actor, Person.objects.get(pk=world.alpenrand.people["Lena"]))


def test_nobody_else_resets_it(world, enrolled):
    with world.alpenrand.acting("Jonas") as opened, pytest.raises(NotAllowed):
        actions.reset_second_factor(opened.actor, enrolled)


def test_notices_tell_the_person_alone(world):
    with world.alpenrand.scope():
        world.nobody.post("/sign-in", {"email": "lena@alpenrand.example", "password": "correct horse battery"},
                          headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})  # fmt: skip
        fact = Fact.objects.get(name="people.signed_in_new_place")
        kind = next(one for one in notices.NOTICES if one.fact == fact.name)
        assert list(kind.receivers(fact)) == [world.alpenrand.people["Lena"]]
        assert "Firefox on Linux, 127.0.0.1" in kind.text(fact)
