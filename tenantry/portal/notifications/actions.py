"""Telling people, and what they do with what they were told."""

from __future__ import annotations

from datetime import datetime

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.models import Fact as FactRow
from tenantry.portal.notifications import queries
from tenantry.portal.notifications.facts import MailUndelivered
from tenantry.portal.notifications.models import Mail, Notice


def deliver(actor: Actor, fact: FactRow) -> int:
    """Give each receiver of the fact's kind one open notice; a repeat raises its count. Returns how many were told."""
    actor.require("notifications.configure")
    kind = queries.kinds().get(fact.name)
    if kind is None or Notice.is_past(fact):
        return 0
    receivers = set(kind.receivers(fact))
    about = str(fact.customer_id or "")
    for notice in Notice.objects.filter(
        person_id__in=receivers, kind=fact.name, object=about, state__in=("new", "read")
    ):
        receivers.discard(notice.person_id)
        if notice.fact_id != fact.id:
            notice.repeat(fact)
    Notice.objects.bulk_create(
        Notice(
            person_id=person, kind=fact.name, object=about, customer_id=fact.customer_id, fact_id=fact.id, at=fact.at
        )
        for person in sorted(receivers)
    )
    return len(receivers)


def mark_read(actor: Actor, notice: Notice) -> None:
    """The person has read a notice of its own."""
    actor.require(OWN, notice)
    notice.read()


def mark_all_read(actor: Actor) -> None:
    """The person has read whatever was new."""
    actor.require(OWN)
    Notice.objects.filter(person_id=actor.id, state=Notice.State.NEW).update(state=Notice.State.READ)


def put_mails(actor: Actor, fact: FactRow) -> list[Mail]:
    """Let the mails about a fact wait, one for each kind and receiver however often it is asked for."""
    actor.require("notifications.configure")
    kinds = [kind for kind in queries.mail_kinds().values() if kind.fact == fact.name]
    return [Mail.put(kind.key, fact, to) for kind in kinds for to in kind.receivers(fact)]


def mail_sent(actor: Actor, mail: Mail) -> None:
    """The mail server has taken a mail."""
    actor.require("notifications.configure")
    mail.end(Mail.State.SENT)


def mail_unwanted(actor: Actor, mail: Mail) -> None:
    """Nobody wants a mail any more: what it tells of has ended before it left."""
    actor.require("notifications.configure")
    mail.end(Mail.State.UNWANTED)


def mail_failed(actor: Actor, mail: Mail, *, for_good: bool = False) -> datetime | None:
    """A try was in vain; returns when the next one is due, None where it was the last, of which the sender hears."""
    actor.require("notifications.configure")
    due = mail.postpone()
    if due is not None and not for_good:
        return due
    kind, fact = queries.mail_kinds()[mail.kind], FactRow.objects.get(id=mail.fact_id)
    to = mail.person.email if mail.person else mail.to.address
    record(actor, MailUndelivered(mail.pk, Code(mail.kind), Personal(to), kind.sender(fact)))
    mail.end(Mail.State.FAILED)
    return None
