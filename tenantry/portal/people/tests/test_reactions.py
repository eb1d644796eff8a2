"""What follows from a person having been written."""

from __future__ import annotations

import pytest

from tenantry.kernel import clock
from tenantry.kernel.facts import Personal, record
from tenantry.kernel.models import Fact
from tenantry.kernel.residency import claims
from tenantry.portal.people import reactions
from tenantry.portal.people.facts import PersonInvited
from tenantry.portal.people.models import Person

pytestmark = pytest.mark.django_db
EMAIL = "nele@alpenrand.example"


def test_an_address_left_unconfirmed_by_a_crash_is_confirmed_by_the_outbox(world):
    """The process died between its commit and the confirmation; repeating the reaction changes nothing."""
    partner, region = world.alpenrand.opened.partner, world.alpenrand.opened.region
    claims.claim("email", EMAIL, partner, region)
    with world.alpenrand.scope() as opened:
        person = Person.add(email=EMAIL, first_name="Nele", last_name="Birk")
        fact = record(opened.actor, PersonInvited(person.pk, Personal(EMAIL), ()))
        assert claims.route("email", EMAIL) is None
        for _time in range(2):
            reactions.confirm_address(Fact.objects.get(pk=fact))
    assert claims.route("email", EMAIL) == (partner, region)


def test_a_lapsed_claim_stays_with_the_partner_whose_region_has_the_person(world):
    partner, region = world.alpenrand.opened.partner, world.alpenrand.opened.region
    claims.claim("email", EMAIL, partner, region)
    with world.alpenrand.scope():
        Person.add(email=EMAIL, first_name="Nele", last_name="Birk")
    with clock.moved(claims.LAPSES_AFTER * 2):
        assert not claims.claim("email", EMAIL.upper(), world.baltic.opened.partner, region).ours
