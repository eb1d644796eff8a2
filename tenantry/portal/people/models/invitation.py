"""Links by which somebody becomes a user, and gets in again without the password."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.links import Linked
from tenantry.kernel.models import CompositeKey
from tenantry.portal.people import rules
from tenantry.portal.people.models.person import Person


class Invitation(Linked):
    """Waits for an invited person to choose name and password."""

    purpose: ClassVar[str] = "invitation"
    path: ClassVar[str] = "/invitation/{token}"
    again: ClassVar[str] = "/invitation/again"

    person = models.OneToOneField(Person, on_delete=models.CASCADE, db_constraint=False)
    by = models.BigIntegerField()
    sent_at = models.DateTimeField()
    sent = models.PositiveSmallIntegerField(default=1)

    class Meta(Linked.Meta):
        constraints = [
            *Linked.Meta.constraints,
            CompositeKey(name="people_invitation_person", field="person", to="people_person"),
        ]

    @classmethod
    def make(cls, person: Person, by: int) -> Self:
        """Invite a person; the link is good for seven days."""
        now = clock.now()
        return cls.objects.create(person=person, by=by, ends_at=now + rules.INVITATION_LASTS, sent_at=now)

    @property
    def waits(self) -> bool:
        """Whether the person may accept it now."""
        return self.is_open and self.person.state == Person.State.INVITED

    def resend(self) -> None:
        """Let a new link lead to it for seven days more; refuses a sixth mail on one day."""
        now = clock.now()
        sent_today = self.sent if self.sent_at.date() == now.date() else 0
        rules.check_resending(sent_today)
        self.sent_at, self.sent = now, sent_today + 1
        self.save(update_fields=["sent_at", "sent"])
        self.renew(now + rules.INVITATION_LASTS)


class Reset(Linked):
    """Lets a person choose a new password once, by a mail to its stored address."""

    purpose: ClassVar[str] = "reset"
    path: ClassVar[str] = "/password/reset/{token}"
    again: ClassVar[str] = "/password/again"
    WINDOW: ClassVar[timedelta] = timedelta(hours=1)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="resets")
    asked_at = models.DateTimeField()

    class Meta(Linked.Meta):
        constraints = [
            *Linked.Meta.constraints,
            CompositeKey(name="people_reset_person", field="person", to="people_person"),
        ]

    @classmethod
    def make(cls, person: Person) -> Self | None:
        """Ask for a new password; None where the person has been sent three links within an hour."""
        now = clock.now()
        Person.objects.select_for_update().get(pk=person.pk)  # two requests at once must not both be the third
        if cls.objects.filter(person=person, asked_at__gt=now - cls.WINDOW).count() >= rules.MOST_RESETS:
            return None
        return cls.objects.create(person=person, asked_at=now, ends_at=now + rules.RESET_LASTS)
