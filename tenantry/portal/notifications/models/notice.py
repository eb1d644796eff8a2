"""Notices: messages to one person about one fact."""

from __future__ import annotations

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.kernel.models import Fact as FactRow


class Notice(PartnerOwned):
    """One open notice for each kind, object and receiver; a repeat raises its count."""

    class State(models.TextChoices):
        NEW = "new"
        READ = "read"
        DONE = "done"
        RESOLVED = "resolved"

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, db_constraint=False)
    kind = models.CharField(max_length=80)
    object = models.CharField(max_length=80, default="")
    customer_id = models.BigIntegerField(null=True)
    fact_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="notifications_notice_person", field="person", to="people_person"),
            models.UniqueConstraint(
                fields=("partner_id", "person", "kind", "object"),
                condition=models.Q(state__in=("new", "read")),
                name="notifications_notice_one_open",
            ),
        ]
        indexes = [models.Index(fields=["partner_id", "person", "-at"], name="notifications_notice_recent")]

    def repeat(self, fact: FactRow) -> None:
        """The same again: one more, unread again."""
        self.count, self.fact_id, self.at, self.state = self.count + 1, fact.id, fact.at, self.State.NEW
        self.save(update_fields=["count", "fact_id", "at", "state"])

    def read(self) -> None:
        """Somebody has looked at it."""
        if self.state == self.State.NEW:
            self.state = self.State.READ
            self.save(update_fields=["state"])

    @classmethod
    def is_past(cls, fact: FactRow) -> bool:
        """Whether the fact is too old to tell anybody (90 days)."""
        return (clock.now() - fact.at).days > 90
