"""Inviting people by mail, through the pages and up to what the mail says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail

from tenantry.kernel import clock
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.portal.access.models import Role
from tenantry.portal.people.models import Person
from tests.rules import rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]
NEW = "/settings/users/new"


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


def roles(world, *names):
    with world.alpenrand.scope():
        return [Role.objects.get(name=name).pk for name in names or ("Readers",)]


def invite(browser, world, *addresses, **more):
    wish = {"emails": "\n".join(addresses), "language": "en", "roles": roles(world)} | more
    return browser.post(NEW, wish)


def text(answer):
    return answer.content.decode()


def person(world, email):
    with world.alpenrand.scope():
        return Person.objects.filter(email=email).first()


def facts(world, name):
    with world.alpenrand.scope():
        return [values(fact) for fact in Fact.objects.filter(name=name).order_by("at")]


def listed(browser, email):
    """What the list of users says of somebody."""
    return re.sub(r"<[^>]+>|\s+", " ", text(browser.get(f"/settings/users?q={email}")))


@rule("ACC-12")
def test_two_people_get_one_mail_each_in_the_language_chosen(sophie, world, work):
    """Two people added with two roles get exactly one mail each; the roles stand in `PersonInvited` alone."""
    wanted = roles(world, "Readers", "Technicians North")
    before = len(facts(world, "access.role_assigned"))
    invite(sophie, world, "nele@alpenrand.example", "ida@alpenrand.example", language="de", roles=wanted)
    work.drain()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["ida@alpenrand.example", "nele@alpenrand.example"]
    assert all('lang="de"' in letter.alternatives[0].content for letter in mail.outbox)
    assert [sorted(fact["roles"]) for fact in facts(world, "people.person_invited")[-2:]] == [sorted(wanted)] * 2
    assert len(facts(world, "access.role_assigned")) == before


@rule("ACC-13")
def test_an_address_of_another_partner_looks_like_any_other_to_the_inviter(sophie, world, work):
    """Sophie sees the same page for an address of Baltic Cloud; only the mail asks for another address."""
    ordinary = invite(sophie, world, "nele@alpenrand.example")
    taken = invite(sophie, world, "tomas@baltic.example")
    work.drain()
    assert (taken.status_code, taken["Location"]) == (ordinary.status_code, ordinary["Location"])
    same = [listed(sophie, email).replace(email, "") for email in ("nele@alpenrand.example", "tomas@baltic.example")]
    assert same[0].split("Added")[-1] == same[1].split("Added")[-1]
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "/invitation/" in letters["nele@alpenrand.example"]
    assert "invite another address" in letters["tomas@baltic.example"]
    assert "/invitation/" not in letters["tomas@baltic.example"]


def test_one_bad_address_of_fifty_is_named_by_its_line_and_nobody_is_invited(sophie, world, work):
    addresses = [f"person{number}@alpenrand.example" for number in range(1, 51)]
    addresses[16] = "person17 at alpenrand"
    answer = invite(sophie, world, *addresses)
    assert answer.status_code == 422
    assert "Line 17" in text(answer)
    assert "person50@alpenrand.example" in text(answer)
    work.drain()
    assert mail.outbox == []
    assert person(world, "person1@alpenrand.example") is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"emails": " \n \n"}, "at least one address"),
        ({"emails": "jonas@alpenrand.example"}, "is here already"),
        ({"emails": "\n".join(f"p{number}@a.example" for number in range(51))}, "at most 50"),
        ({"emails": "nele@alpenrand.example", "roles": []}, "at least one role"),
        ({"emails": "nele@alpenrand.example", "language": "xx"}, "Choose one of the languages"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_and_the_input_kept(sophie, world, wrong, said):
    answer = invite(sophie, world, **wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert wrong["emails"].strip() in text(answer)


def test_an_address_written_twice_is_invited_once(sophie, world, work):
    invite(sophie, world, "nele@alpenrand.example", "", "NELE@alpenrand.example ")
    work.drain()
    assert len(mail.outbox) == 1


@rule("ACC-16")
def test_who_is_no_administrator_cannot_invite(world):
    """A colleague who holds permissions but is no administrator gets 403 and invites nobody."""
    assert invite(world.alpenrand.browser("Jonas"), world, "nele@alpenrand.example").status_code == 403
    assert person(world, "nele@alpenrand.example") is None


def test_an_invitation_expires_by_the_clock_and_is_sent_again(sophie, world, work):
    invite(sophie, world, "nele@alpenrand.example")
    with clock.moved(timedelta(days=8)):
        browser = world.alpenrand.browser("Sophie")
        assert "Expired" in listed(browser, "nele@")
        assert "nele@" in listed(browser, "&f_state=expired")
        browser.post(f"/settings/users/{person(world, 'nele@alpenrand.example').pk}/resend")
        assert "Invited" in listed(browser, "nele@")
    assert len(facts(world, "people.invitation_resent")) == 1


def test_an_invitation_is_sent_at_most_five_times_a_day(sophie, world):
    invite(sophie, world, "nele@alpenrand.example")
    again = f"/settings/users/{person(world, 'nele@alpenrand.example').pk}/resend"
    assert [sophie.post(again).status_code for _try in range(5)] == [302, 302, 302, 302, 422]


def test_only_who_is_invited_is_sent_an_invitation_again(sophie, world):
    assert sophie.post(f"/settings/users/{world.alpenrand.people['Jonas']}/resend").status_code == 422
