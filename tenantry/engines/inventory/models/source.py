"""A tenant that is read, and how far the reading of each kind is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.kernel.models import CompositeKey, CustomerOwned


class Source(CustomerOwned):
    """One tenant and app of a customer: where to read, with what, and when next."""

    customer_id = models.BigIntegerField()
    tenant_id = models.CharField(max_length=36)
    cloud = models.CharField(max_length=12)
    app = models.CharField(max_length=16, default="insight")
    credential = models.BinaryField(default=b"", blank=True)  # sealed; empty means the deployment's app
    region = models.CharField(max_length=20)  # where rows at home with the customer are kept
    roles = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    paused = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # when somebody last asked for a fresh read
    listen_at = models.DateTimeField(null=True)  # when its subscriptions are looked after next; null: as soon as can be
    refused = models.CharField(max_length=24, blank=True)  # why nothing can be read; empty while something can
    connected_at = models.DateTimeField()
    first_read_at = models.DateTimeField(null=True)  # when the first read finished

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "tenant_id", "app"), name="inventory_source_once"),
        ]
        indexes = [
            models.Index(fields=["partner_id", "customer_id"], name="inventory_source_customer"),
            models.Index(fields=["due_at"], name="inventory_source_due", condition=models.Q(paused=False)),
        ]

    def __str__(self) -> str:
        return self.tenant_id

    @property
    def kept_in(self) -> str:
        """The region whose database the row came from: the partner's."""
        return str(self._state.db)


class KindState(CustomerOwned):
    """How far the reading of one kind of one source is; what it says outlives every failure."""

    class State(models.TextChoices):
        WAITING = "waiting"
        READING = "reading"
        FRESH = "fresh"
        UNKNOWN = "unknown"

    customer_id = models.BigIntegerField()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, db_constraint=False, related_name="states")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    objects_read = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(null=True)
    page = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField(null=True)  # when it was first read whole: before that nothing is known
    read_at = models.DateTimeField(null=True)  # the last successful confirmation
    source_as_of = models.DateTimeField(null=True)
    reason = models.CharField(max_length=24, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    waiting_until = models.DateTimeField(null=True)
    sweep = models.BooleanField(default=False)  # the read that runs is complete: what it does not meet is gone
    link = models.TextField(blank=True)  # the next page of the read that runs; empty between reads
    token = models.TextField(blank=True)  # the delta address of the last complete read
    selection = models.PositiveSmallIntegerField(default=0)  # the version of the properties the token was made for
    next_due = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when Microsoft last told of a change

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="inventory_kindstate_source_key", field="source", to="inventory_source"),
            models.UniqueConstraint(fields=("partner_id", "source", "kind"), name="inventory_kindstate_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class Seen(CustomerOwned):
    """An object met in a full read over several pages, so that absence can be told when it is complete."""

    customer_id = models.BigIntegerField()
    state = models.ForeignKey(KindState, on_delete=models.CASCADE, db_constraint=False, related_name="seen")
    object_id = models.CharField(max_length=254)

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="inventory_seen_state_key", field="state", to="inventory_kindstate"),
            models.UniqueConstraint(fields=("partner_id", "state", "object_id"), name="inventory_seen_once"),
        ]
