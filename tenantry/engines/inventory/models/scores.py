"""Microsoft's own judgement of tenants, one row a day."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class SecureScore(Observed):
    """The secure score of one day; only the newest keeps the points of each control."""

    as_of = models.DateTimeField(null=True)
    current = models.FloatField(default=0)
    maximum = models.FloatField(default=0)
    active_users = models.PositiveIntegerField(default=0)
    licensed_users = models.PositiveIntegerField(default=0)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "as_of", "id"], name="inventory_score_days")]


class SecureScoreVersion(Version):
    """What Microsoft had said of a day before it said something else."""

    class Meta(Version.Meta):
        pass
