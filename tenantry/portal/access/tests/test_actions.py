"""Opening partners, adding people, giving and taking roles, making groups."""

from __future__ import annotations

import pytest
from tests.rules import rule

from tenantry.kernel import ports, scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.residency import claims
from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import NewPartner, NewPerson
from tenantry.portal.access.models import Role, RoleHolder
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import Customer, CustomerGroup, GroupMember
from tenantry.portal.people.models import Person, Session

REGION = "de-westcentral"
PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db


def newcomer(email, first="Jonas", last="Weber"):
    return NewPerson(email, first, last, PASSWORD)


@pytest.fixture
def alpenrand(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    opened = actions.open_partner(
        system(0, REGION), NewPartner("Alpenrand IT", "DE"), newcomer("sophie@alpenrand.example", "Sophie", "Lindqvarn")
    )
    with scope.route(opened.partner, opened.region):
        yield opened


@pytest.fixture
def sophie(alpenrand):
    return ports.resolver().actor(alpenrand.owner)


def test_a_partner_opens_in_the_region_of_its_country_with_its_owner(alpenrand, sophie):
    assert (alpenrand.region, sophie.label) == (REGION, "Sophie Lindqvarn")
    assert sophie.everywhere("people.manage")
    assert claims.route("email", "SOPHIE@alpenrand.example") == (alpenrand.partner, REGION)
