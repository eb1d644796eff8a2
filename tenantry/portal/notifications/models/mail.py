"""Mails that wait, have been sent, or could not be delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from tenantry.kernel import clock, sealing
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.offers import MailTo
from tenantry.kernel.residency import claims
from tenantry.portal.notifications import rules


class Mail(PartnerOwned):
    """One mail about one fact to one receiver; its words are made when it is sent, and kept nowhere."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        UNWANTED = "unwanted"

    kind = models.CharField(max_length=40)
    fact_id = models.UUIDField()
    receiver = models.CharField(max_length=64)  # the person's id, or a keyed hash of the address
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, db_constraint=False, null=True)
    address = models.BinaryField(default=b"")  # sealed, of somebody who is no person here; gone once it is sent
    language = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="notifications_mail_person", field="person", to="people_person"),
            models.UniqueConstraint(
                fields=("partner_id", "fact_id", "kind", "receiver"), name="notifications_mail_once"
            ),
        ]
        indexes = [models.Index(fields=["partner_id", "person", "kind"], name="notifications_mail_to")]

    @classmethod
    def put(cls, kind: str, fact: FactRow, to: MailTo) -> Self:
        """Let a mail wait, once for each fact, kind and receiver."""
        receiver = str(to.person) if to.person else claims.hashed("mail", to.address)
        address = b"" if to.person else sealing.seal(to.address)
        values = {"person_id": to.person, "address": address, "language": to.language, "made_at": clock.now()}
        return cls.objects.get_or_create(kind=kind, fact_id=fact.id, receiver=receiver, defaults=values)[0]

    @property
    def to(self) -> MailTo:
        """Whom it goes to, as its kind said."""
        return MailTo(self.person_id, sealing.unseal(self.address) if self.address else "", self.language)

    def end(self, state: State) -> None:
        """It needs nothing more; an address that is no person's is kept no longer."""
        self.state, self.address, self.next_try_at, self.ended_at = state, b"", None, clock.now()
        self.save(update_fields=["state", "address", "next_try_at", "ended_at"])

    def postpone(self) -> datetime | None:
        """One more try was in vain; returns when the next one is due, None after 48 hours."""
        self.tries += 1
        self.next_try_at = rules.next_try(self.made_at, self.tries, clock.now())
        self.save(update_fields=["tries", "next_try_at"])
        return self.next_try_at
