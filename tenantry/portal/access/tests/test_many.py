"""Acts on several users at once, and the change of the partner's owner, through the pages."""

from __future__ import annotations

import pytest
from django.core import mail

from tenantry.kernel import clock
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact, FactLabel
from tenantry.kernel.residency import claims
from tenantry.portal.access import actions, queries
from tenantry.portal.access.models import Role
from tenantry.portal.people.models import Authenticator, Person, SavedView, Session
from tests.rules import rule
from tests.world import newcomer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]
DELETE = "/settings/users/delete"


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


@pytest.fixture
def nele(world):
    """A second administrator."""
    return administrator(world, "Nele")


def administrator(world, first_name):
    with world.alpenrand.scope() as opened:
        new = newcomer(first_name, "Birk", "Alpenrand IT")
        person = actions.add_person(opened.actor, new, [queries.administrators()])
        world.alpenrand.people[first_name] = person.pk
        return person.pk


def ids(world, *names):
    return [world.alpenrand.people[name] for name in names]


def delete(browser, people):
    return browser.post(DELETE, {"ids": people, "confirmed": "1"})


def left(world):
    with world.alpenrand.scope():
        return set(Person.objects.values_list("first_name", flat=True))


def owners(world):
    with world.alpenrand.scope():
        return list(Person.objects.filter(owner=True).values_list("first_name", flat=True))


def text(answer):
    return answer.content.decode()


def test_the_dialog_names_who_goes_what_they_own_and_who_is_spared(sophie, world):
    with world.alpenrand.scope():
        SavedView.keep(world.alpenrand.people["Jonas"], "customers", "Mine in the north", "?q=x")
    page = text(sophie.post(DELETE, {"ids": ids(world, "Jonas", "Sophie")}))
    assert all(words in page for words in ("jonas@", "Mine in the north", "You cannot delete yourself"))
    assert "Jonas" in left(world)


def test_deleting_many_deletes_the_allowed_ones_and_names_the_rest(sophie, world):
    answer = text(delete(sophie, ids(world, "Jonas", "Lena", "Sophie")))
    assert "2 users are deleted" in answer
    assert "sophie@alpenrand.example" in answer
    assert left(world) & {"Jonas", "Lena", "Sophie"} == {"Sophie"}


def test_the_audit_keeps_the_label_of_who_is_deleted(sophie, world):
    delete(sophie, ids(world, "Jonas"))
    with world.alpenrand.scope():
        fact = Fact.objects.get(name="people.person_deleted")
        assert FactLabel.objects.get(fact_id=fact.id, field="email").value == "jonas@alpenrand.example"


def test_the_address_of_who_is_deleted_is_free_again(sophie, world, work):
    delete(sophie, ids(world, "Jonas"))
    work.drain()
    assert claims.route("email", "jonas@alpenrand.example") is None


def test_all_users_that_the_list_shows_are_deleted_but_those_who_must_stay(sophie, world):
    sophie.post(DELETE, {"all": "1", "state": "", "confirmed": "1"})
    assert left(world) == {"Sophie"}


@rule("ACC-17")
def test_the_owner_is_neither_deleted_nor_demoted(world, nele):
    """Another administrator cannot delete the owner, nor take its role away; both are refused and say why."""
    browser, owner = world.alpenrand.browser("Nele"), ids(world, "Sophie")
    assert "cannot be deleted" in text(delete(browser, owner))
    with world.alpenrand.scope():
        role = queries.administrators().pk
    assert browser.post(f"/settings/users/{owner[0]}/roles/take", {"role": role}).status_code == 422
    assert "keeps the role" in text(browser.post(f"/settings/users/roles/{role}/take", {"ids": owner}))
    assert owners(world) == ["Sophie"]


@rule("ACC-17")
def test_after_a_change_of_owner_there_is_exactly_one_and_both_got_mail(sophie, world, nele, work):
    """The new owner is the only one; both are mailed; the fact names them."""
    assert sophie.post(f"/settings/users/{nele}/owner").status_code == 302
    assert owners(world) == ["Nele"]
    work.drain()
    assert {letter.to[0] for letter in mail.outbox} == {"sophie@alpenrand.example", "nele@alpenrand.example"}
    with world.alpenrand.scope():
        found = values(Fact.objects.get(name="partners.owner_changed"))
    assert (found["former"], found["owner"]) == (world.alpenrand.people["Sophie"], nele)


def test_only_an_active_administrator_becomes_owner(sophie, world, nele):
    sophie.post(f"/settings/users/{nele}/deactivate")
    for person in (nele, world.alpenrand.people["Jonas"], world.alpenrand.people["Sophie"]):
        assert sophie.post(f"/settings/users/{person}/owner").status_code == 422
    assert owners(world) == ["Sophie"]


@pytest.mark.parametrize("path", [DELETE, "/settings/users/{nele}/owner", "/settings/users/{nele}/second-factor"])
def test_what_is_sensitive_asks_for_fresh_proof(sophie, world, nele, path):
    with world.alpenrand.scope():
        Session.objects.update(proved_at=clock.now().replace(year=2020))
    answer = sophie.post(path.format(nele=nele), {"ids": ids(world, "Jonas"), "confirmed": "1"})
    assert answer.status_code == 307
    assert "/profile/prove" in answer["Location"]
    assert "Jonas" in left(world)


def test_users_who_do_not_hold_a_role_are_given_it(sophie, world):
    with world.alpenrand.scope():
        role = Role.objects.get(name="Readers").pk
    page = text(sophie.get(f"/settings/users/roles/{role}/give"))
    assert ("jonas@" in page, "lena@" in page) == (True, False)
    sophie.post(f"/settings/users/roles/{role}/give", {"ids": ids(world, "Jonas", "Mira")})
    assert "lena@" in text(sophie.get(f"/settings/users?view={role}"))
    with world.alpenrand.scope():
        assert Role.objects.get(pk=role).holders.count() == 3


def test_a_role_is_taken_from_many_and_the_rest_is_named(sophie, world):
    with world.alpenrand.scope():
        role = Role.objects.get(name="Readers").pk
    answer = text(sophie.post(f"/settings/users/roles/{role}/take", {"ids": ids(world, "Lena", "Jonas")}))
    assert "1 user holds the role no longer" in answer
    assert "does not hold the role" in answer


def test_a_lost_second_factor_is_reset_with_a_mail_to_the_person(sophie, world, work):
    jonas = world.alpenrand.people["Jonas"]
    with world.alpenrand.scope():
        Authenticator.objects.create(person_id=jonas, sealed=b"x", last_step=0, added_at=clock.now())
    assert "app" in text(sophie.get("/settings/users?f_factor=app"))
    assert "jonas@" not in text(sophie.get("/settings/users?f_factor=none"))
    assert sophie.post(f"/settings/users/{jonas}/second-factor").status_code == 302
    work.drain()
    assert [letter.to for letter in mail.outbox] == [["jonas@alpenrand.example"]]
    assert sophie.post(f"/settings/users/{jonas}/second-factor").status_code == 422


def test_who_has_not_signed_in_for_long_is_found(sophie, world):
    with world.alpenrand.scope():
        Person.objects.filter(first_name="Jonas").update(last_signed_in_at=clock.now())
    page = text(sophie.get("/settings/users?f_away=30"))
    assert ("lena@" in page, "jonas@" in page) == (True, False)


@rule("ACC-16")
@pytest.mark.parametrize("path", [DELETE, "/settings/users/{jonas}/owner", "/settings/users/{jonas}/second-factor"])
def test_who_is_no_administrator_may_do_none_of_it(world, path):
    """Acts on people are for administrators alone."""
    browser = world.alpenrand.browser("Jonas")
    assert browser.post(path.format(jonas=world.alpenrand.people["Jonas"])).status_code == 403
