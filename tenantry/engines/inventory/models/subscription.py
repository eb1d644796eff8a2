"""What Microsoft is asked to tell changes of."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.source import Source
from tenantry.kernel.models import CompositeKey, CustomerOwned


class Subscription(CustomerOwned):
    """Whether changes of one kind of a source are told, until when, and why not."""

    customer_id = models.BigIntegerField()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, db_constraint=False, related_name="subscriptions")
    kind = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=64, blank=True)  # Microsoft's own; empty: nothing is told
    url = models.CharField(max_length=400, blank=True)  # to which it is told
    expires_at = models.DateTimeField(null=True)
    renew_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)  # the last notice
    reason = models.CharField(max_length=24, blank=True)  # why Microsoft does not tell, in the client's word

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="inventory_subscription_source_key", field="source", to="inventory_source"),
            models.UniqueConstraint(fields=("partner_id", "source", "kind"), name="inventory_subscription_once"),
        ]

    def __str__(self) -> str:
        return self.kind
