"""Telling people, and what they do with what they were told."""

from __future__ import annotations

from tenantry.kernel.actor import OWN, Actor
from tenantry.kernel.models import Fact as FactRow
from tenantry.portal.notifications import queries
from tenantry.portal.notifications.models import Notice


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
