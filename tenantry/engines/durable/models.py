"""One row for each task that somebody may want to see: how far it is, what it waits for, why it failed."""

from __future__ import annotations

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.errors import Conflict
from tenantry.kernel.models import PartnerOwned
from tenantry.kernel.text import Text, _, lazy, say


class Work(PartnerOwned):
    """A task of one partner: ids and technical words, and the reason of a failure in words for people."""

    class State(models.TextChoices):
        QUEUED = "queued", lazy("Queued")
        RUNNING = "running", lazy("Running")
        WAITING = "waiting", lazy("Waiting")
        PARKED = "parked", lazy("Failed")
        DONE = "done", lazy("Done")
        CANCELLED = "cancelled", lazy("Cancelled")

    UNFINISHED = (State.QUEUED, State.RUNNING, State.WAITING)

    workflow = models.CharField(max_length=200)  # the id under which the work is kept
    name = models.CharField(max_length=120)
    ids = models.JSONField(default=list)
    routine = models.BooleanField(default=False)  # leaves no row once it is done
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=120, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)  # 0: not counted
    message = models.TextField(default="")  # why it waits or failed: a sentence of the catalogue
    values = models.JSONField(default=dict)  # what stands in the sentence's placeholders
    error = models.CharField(max_length=80, default="")  # the kind of error
    attempts = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # when it was last put into its queue
    handed_at = models.DateTimeField(null=True)  # when the sweeper saw that the queue has it
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    wait_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "workflow"), name="durable_work_once"),
        ]
        indexes = [
            models.Index(fields=["partner_id", "made_at", "id"], name="durable_work_newest"),
            models.Index(fields=["partner_id", "state"], name="durable_work_of_state"),
            models.Index(fields=["asked_at"], name="durable_work_unhanded",
                         condition=models.Q(state="queued", handed_at__isnull=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.workflow

    @property
    def reason(self) -> str:
        """Why it waits or failed, in words for a person; empty where there is nothing to explain."""
        if self.message:
            return say(_(self.message), **self.values)
        if self.error:
            return say(_("An error that nobody foresaw ({error}). The worker’s log says more."), error=self.error)
        return ""

    @property
    def advice(self) -> Text:
        """Whose turn it is after a failure."""
        return ADVICE.get(self.error, ADVICE[""]) if self.state == self.State.PARKED else ""

    def ask_again(self) -> None:
        """Put it back into its queue; Conflict unless it failed and waits for a person."""
        if self.state != self.State.PARKED:
            raise Conflict(_("The task does not wait for anybody any more. Reload the page."))
        self.state, self.attempts, self.asked_at = self.State.QUEUED, self.attempts + 1, clock.now()
        self.handed_at = self.wait_until = self.ended_at = None
        self.save()

    def end(self) -> None:
        """Let it stop before its next step; Conflict once it has ended."""
        if self.state in (self.State.DONE, self.State.CANCELLED):
            raise Conflict(_("The task has ended already. Reload the page."))
        self.state, self.ended_at, self.wait_until = self.State.CANCELLED, clock.now(), None
        self.save()


ADVICE: dict[str, Text] = {
    "Refused": lazy("Change what the reason names, then retry."),
    "NotAllowed": lazy("Change what the reason names, then retry."),
    "Missing": lazy("What it worked on is gone. Cancel it, or retry once it is back."),
    "Conflict": lazy("Somebody changed the same thing meanwhile. Retry."),
    "Later": lazy("It waited too often. Retry when the service answers again."),
    "": lazy("Retry. If it fails again, tell whoever runs this installation."),
}
