"""Wrong tries at a person's password, and the lock that follows."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people import rules
from tenantry.portal.people.models.person import Person


class SignInTries(PartnerOwned):
    """Consecutive wrong tries for a person in a class of browsers; the empty `browser` is all unknown ones."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="tries")
    browser = models.CharField(max_length=64, blank=True, default="")
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_signintries_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "person", "browser"), name="people_signintries_once"),
        ]

    @classmethod
    def of(cls, person: Person, browser: str = "") -> Self:
        """The count of a person, locked for this transaction so that parallel guesses queue up."""
        cls.objects.bulk_create(
            [cls(person=person, browser=browser)],
            update_conflicts=True, unique_fields=["partner_id", "person", "browser"], update_fields=["browser"],
        )  # fmt: skip
        return cls.objects.select_for_update().get(person=person, browser=browser)

    @property
    def locked(self) -> bool:
        """Whether right input is refused too."""
        return self.locked_until is not None and clock.now() < self.locked_until

    def count_wrong(self) -> datetime | None:
        """One more; returns until when it locks, where this one was too many."""
        self.wrong = 1 if self.locked_until is not None else self.wrong + 1
        self.locked_until = rules.locked_until(self.wrong, clock.now())
        self.save(update_fields=["wrong", "locked_until"])
        return self.locked_until

    def forget(self) -> None:
        """The right password came, or an administrator unlocked: start from nothing."""
        if self.wrong or self.locked_until:
            self.wrong, self.locked_until = 0, None
            self.save(update_fields=["wrong", "locked_until"])
