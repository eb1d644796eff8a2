"""Mails are rendered when they are sent, retried while the server is away, and given up after two days."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem

from tenantry.engines.durable.dispatcher import react as carry_out
from tenantry.engines.durable.inline import InlineRun
from tenantry.engines.durable.tasks import TASKS
from tenantry.kernel import clock, mails
from tenantry.kernel.facts import Personal, record, values
from tenantry.kernel.models import Fact
from tenantry.portal.notifications.models import Mail, Notice
from tenantry.portal.people.facts import PersonInvited
from tenantry.portal.people.models import Invitation, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("committed")]


class Waited(Exception):  # noqa: N818  # not an error: the test looks on
    """The test looks at what a worker would wait for."""


class Impatient(InlineRun):
    """Stops where a worker would wait."""

    def sleep(self, seconds: float) -> None:
        raise Waited(seconds)


@pytest.fixture
def away(monkeypatch):
    """A mail server that does not answer, until `away.clear()`."""
    errors = [OSError("away")]

    def send(backend, messages):
        if errors:
            raise errors[0]
        mail.outbox.extend(messages)
        return len(messages)

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send)
    return errors


@pytest.fixture
def invited(world):
    """Nele, whom Sophie has invited; nothing has been sent."""
    with world.alpenrand.acting("Sophie") as opened:
        person = Person.add(email="nele@alpenrand.example", language="fr")
        Invitation.make(person, opened.actor.id)
        record(opened.actor, PersonInvited(person.pk, Personal(person.email), ()))
        return person


def react(work):
    """Let the reactions make the mails, and send none."""
    work.run = Impatient()
    while work.waiting and work.waiting[0][0].startswith("reaction:"):
        name, arguments = work.waiting.pop(0)
        carry_out(name.removeprefix("reaction:"), *arguments)


def waiting(world):
    with world.alpenrand.scope():
        return Mail.objects.get()


def send(world):
    opened = world.alpenrand.opened
    TASKS["notifications.send_mail"].carry_out(Impatient(), opened.partner, opened.region, waiting(world).pk)


def test_a_mail_is_html_with_a_text_part_in_the_partners_name(world, invited, work):
    work.drain()
    (letter,) = mail.outbox
    html = letter.alternatives[0].content
    assert letter.from_email.startswith('"Alpenrand IT"') or letter.from_email.startswith("Alpenrand IT <")
    assert ('lang="fr"' in html, "<style" in html, 'style="' in html) == (True, False, True)
    assert "/invitation/" in letter.body
    assert "<" not in letter.body


def test_a_task_run_twice_sends_once(world, invited, work):
    work.drain()
    send(world)
    assert len(mail.outbox) == 1


def test_while_the_server_is_away_the_mail_waits_and_is_sent_later(world, invited, work, away):
    react(work)
    with pytest.raises(Waited):
        send(world)
    row = waiting(world)
    assert (row.state, row.tries, row.next_try_at > clock.now()) == (Mail.State.WAITING, 1, True)
    page = world.alpenrand.browser("Sophie").get("/settings/users?q=nele").content.decode()
    assert ("Invited" in page, "Mail waiting" in page) == (True, True)
    away.clear()
    send(world)
    assert (waiting(world).state, len(mail.outbox)) == (Mail.State.SENT, 1)


def test_after_48_hours_the_inviter_hears_that_the_mail_was_not_delivered(world, invited, work, away):
    react(work)
    with clock.moved(timedelta(hours=49)):
        send(world)
    assert waiting(world).state == Mail.State.FAILED
    with world.alpenrand.scope():
        fact = Fact.objects.get(name="notifications.mail_undelivered")
        assert values(fact)["sender"] == world.alpenrand.people["Sophie"]
    work.run = InlineRun()
    work.drain()
    with world.alpenrand.scope():
        assert Notice.objects.get(kind=fact.name).person_id == world.alpenrand.people["Sophie"]


def test_an_address_that_the_server_refuses_is_not_tried_again(world, invited, work, away):
    away[0] = smtplib.SMTPRecipientsRefused({"nele@alpenrand.example": (550, b"no such user")})
    react(work)
    send(world)
    assert waiting(world).state == Mail.State.FAILED


def test_what_ended_before_its_mail_left_is_not_mailed(world, invited, work):
    react(work)
    with world.alpenrand.scope():
        Person.objects.get(pk=invited.pk).deactivate()
    send(world)
    assert (waiting(world).state, mail.outbox) == (Mail.State.UNWANTED, [])


def test_no_address_and_no_token_stands_in_a_row(world, invited, work):
    work.drain()
    row = waiting(world)
    assert (bytes(row.address), row.receiver) == (b"", str(invited.pk))


def test_the_demos_folder_keeps_a_repeated_mail_once(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.MAIL_FOLDER = "tenantry.kernel.mails.Folder", tmp_path
    letter = mails.Letter("mail-7", "Alpenrand\r\nBcc: x", "nele@alpenrand.example", "Hello\nagain", "<p>Hi</p>")
    letter.send()
    letter.send()
    (kept,) = mails.kept()
    assert (kept.subject, kept.to, kept.text.strip()) == ("Hello again", "nele@alpenrand.example", "Hi")
    assert mails.kept_one(kept.key) == kept
