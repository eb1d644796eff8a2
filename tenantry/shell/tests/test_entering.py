"""Coming in by mailed links: accepting an invitation, choosing a new password."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from tenantry.kernel import clock
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.kernel.residency import claims
from tenantry.portal.access.models import Role
from tenantry.portal.people.models import Credential, Person, Reset
from tenantry.shell import sign_in
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]
NELE, JONAS = "nele@alpenrand.example", "jonas@alpenrand.example"
CHOSEN = "a wholly new secret"
ACCEPTED = {"first_name": "Nele", "last_name": "Birk", "password": CHOSEN}


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """How long each answer would have waited."""
    kept = []
    monkeypatch.setattr(sign_in, "pause", kept.append)
    return kept


def mailed(work, path="/invitation/"):
    """The path of the link in the last mail."""
    work.drain()
    return re.search(rf"{path}[\w-]+", mail.outbox[-1].body)[0]


def invite(world, email=NELE):
    with world.alpenrand.scope():
        role = Role.objects.get(name="Readers").pk
    sent = {"emails": email, "language": "en", "roles": [role]}
    assert world.alpenrand.browser("Sophie").post("/settings/users/new", sent).status_code == 302


def person(world, email=NELE):
    with world.alpenrand.scope():
        return Person.objects.get(email=email)


def enters(email, password):
    return Client().post("/sign-in", {"email": email, "password": password}).status_code == 302


def forget(email=JONAS, **more):
    return Client(**more).post("/password/forgot", {"email": email})


def names(world):
    with world.alpenrand.scope():
        return list(Fact.objects.order_by("at").values_list("name", flat=True))


def text(answer):
    return answer.content.decode()


def test_an_invited_person_chooses_name_and_password_and_signs_in(world, work):
    invite(world)
    link = mailed(work)
    assert NELE in text(world.nobody.get(link))
    assert world.nobody.post(link, ACCEPTED).status_code == 200
    assert (person(world).state, person(world).name) == ("active", "Nele Birk")
    assert enters(NELE, CHOSEN)
    assert "people.person_activated" in names(world)


@pytest.mark.parametrize("wrong", [{"password": "short"}, {"first_name": ""}, {"last_name": "x" * 61}])
def test_an_acceptance_that_cannot_be_keeps_what_was_typed_and_the_link(world, work, wrong):
    invite(world)
    link = mailed(work)
    answer = world.nobody.post(link, ACCEPTED | wrong)
    assert answer.status_code == 422
    assert "Nele" in text(answer) or "Birk" in text(answer)
    assert CHOSEN not in text(answer)
    assert world.nobody.post(link, ACCEPTED).status_code == 200


def test_a_used_link_is_gone_and_offers_a_new_one(world, work):
    invite(world)
    link = mailed(work)
    world.nobody.post(link, ACCEPTED)
    answer = world.nobody.get(link)
    assert answer.status_code == 410
    assert all(words in text(answer) for words in ("This link is no longer valid", "Send a new one"))


def test_a_links_address_stays_on_this_site_and_its_form_is_believed(world, work):
    invite(world)
    link, browser = mailed(work), Client(enforce_csrf_checks=True)
    page = browser.get(link)
    assert page["Referrer-Policy"] == "same-origin"  # with "no-referrer" browsers send a form's origin as null
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text(page))[1]
    sent = ACCEPTED | {"csrfmiddlewaretoken": token}
    assert browser.post(link, sent, headers={"Origin": "null"}).status_code == 403
    assert browser.post(link, sent, headers={"Origin": "http://testserver"}).status_code == 200


def test_an_altered_link_is_gone(world, work):
    invite(world)
    link = mailed(work)
    assert world.nobody.get(link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 410


def test_an_expired_invitation_is_sent_anew_to_the_same_address(world, work):
    invite(world)
    link = mailed(work)
    with clock.moved(timedelta(days=8)):
        assert world.nobody.get(link).status_code == 410
        world.nobody.post("/invitation/again", {"token": link.rpartition("/")[2], "email": "thief@example.com"})
        assert world.nobody.post(mailed(work), ACCEPTED).status_code == 200
    assert mail.outbox[-1].to == [NELE]
    assert world.nobody.get(link).status_code == 410


def test_a_new_link_is_answered_alike_for_what_was_never_one(world, work):
    invite(world)
    before = len(mail.outbox)
    answers = [world.nobody.post(f"/{what}/again", {"token": "1-0"}) for what in ("invitation", "password")]
    work.drain()
    assert {answer.status_code for answer in answers} == {200}
    assert len(mail.outbox) <= before + 1


def test_resending_voids_the_former_link(world, work):
    invite(world)
    former = mailed(work)
    world.alpenrand.browser("Sophie").post(f"/settings/users/{person(world).pk}/resend")
    latest = mailed(work)
    assert (world.nobody.get(former).status_code, world.nobody.get(latest).status_code) == (410, 200)


def test_who_is_deactivated_before_accepting_finds_the_link_gone(world, work):
    invite(world)
    link = mailed(work)
    with world.alpenrand.scope():
        Person.objects.get(email=NELE).deactivate()
    assert world.nobody.post(link, ACCEPTED).status_code == 410


def test_an_address_that_another_partner_took_meanwhile_is_refused(world, work):
    invite(world)
    link = mailed(work)
    claims.release("email", NELE, world.alpenrand.opened.partner)
    claims.claim("email", NELE, world.baltic.opened.partner, world.baltic.opened.region)
    claims.confirm("email", NELE, world.baltic.opened.partner)
    answer = world.nobody.post(link, ACCEPTED)
    assert (answer.status_code, "another organisation" in text(answer)) == (422, True)


def test_a_signed_in_person_opens_a_link_as_its_visitor(world, work):
    invite(world)
    link = mailed(work)
    assert world.baltic.browser("Tomas").post(link, ACCEPTED).status_code == 200
    assert person(world).state == "active"


def test_a_forgotten_password_is_replaced_once_and_every_session_ends(world, work):
    jonas = world.alpenrand.browser("Jonas")
    forget()
    link = mailed(work, "/password/reset/")
    assert world.nobody.post(link, {"password": CHOSEN}).status_code == 200
    assert jonas.get("/profile").status_code == 302
    assert (enters(JONAS, PASSWORD), enters(JONAS, CHOSEN)) == (False, True)
    assert world.nobody.post(link, {"password": CHOSEN}).status_code == 410
    assert {"people.reset_requested", "people.password_reset"} <= set(names(world))


def test_a_reset_goes_to_the_stored_address_in_the_persons_language(world, work):
    with world.alpenrand.scope():
        Person.objects.filter(email=JONAS).update(language="ja")
    forget("JONAS@alpenrand.example")
    work.drain()
    assert [letter.to for letter in mail.outbox] == [[JONAS]]
    assert 'lang="ja"' in mail.outbox[0].alternatives[0].content


@rule("ACC-05")
def test_a_microsoft_account_gets_the_usual_answer_and_no_mail(world, work, waits):
    """Asked for a Microsoft account's password, the answer is the usual one and no mail leaves."""
    usual = forget()
    with world.alpenrand.scope():
        Credential.objects.filter(person__email="lena@alpenrand.example").delete()
    of_microsoft, unknown = forget("lena@alpenrand.example"), forget("nobody@nowhere.example")
    work.drain()
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert strip.sub("", text(usual)) == strip.sub("", text(of_microsoft)) == strip.sub("", text(unknown))
    assert [letter.to for letter in mail.outbox] == [[JONAS]]
    assert len(waits) == 3


def test_three_mails_an_hour_go_to_an_address(world, work):
    for _try in range(5):
        forget()
    work.drain()
    assert len(mail.outbox) == 3
    with clock.moved(timedelta(minutes=61)):
        forget()
        work.drain()
    assert len(mail.outbox) == 4


def test_a_reset_expires_after_an_hour(world, work):
    forget()
    link = mailed(work, "/password/reset/")
    with clock.moved(timedelta(minutes=61)):
        assert world.nobody.get(link).status_code == 410
        world.nobody.post("/password/again", {"token": link.rpartition("/")[2]})
        assert world.nobody.get(mailed(work, "/password/reset/")).status_code == 200


def test_a_weak_new_password_keeps_the_link(world, work):
    forget()
    link = mailed(work, "/password/reset/")
    assert [world.nobody.post(link, {"password": wish}).status_code for wish in ("short", PASSWORD)] == [422, 422]
    assert world.nobody.post(link, {"password": CHOSEN}).status_code == 200


def test_a_reset_ends_a_lock(world, work):
    for _try in range(4):
        enters(JONAS, "wrong wrong wrong")
    assert not enters(JONAS, PASSWORD)
    forget()
    world.nobody.post(mailed(work, "/password/reset/"), {"password": CHOSEN})
    assert enters(JONAS, CHOSEN)


def test_no_secret_of_a_link_stands_in_a_fact(world, work):
    forget()
    link = mailed(work, "/password/reset/")
    with world.alpenrand.scope():
        told = [values(fact) for fact in Fact.objects.filter(name="people.reset_requested")]
        assert link.rpartition("-")[2] not in str(told)
        assert Reset.objects.get().nonce not in str(told)


def test_who_asks_too_often_from_one_network_is_told_the_same(world, work):
    for _try in range(25):
        answer = forget("nobody@nowhere.example")
    forget()
    work.drain()
    assert (answer.status_code, mail.outbox) == (200, [])
