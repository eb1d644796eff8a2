"""Products that tenants have bought."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class Sku(Observed):
    """One product of a tenant, with the units that may be used and those that are."""

    class Counted(models.TextChoices):
        M365 = "m365"
        DYNAMICS_POWER = "dynamics_power"
        NOT = "not"
        UNKNOWN = "unknown"  # no product of that id is known: it could count

    sku_id = models.CharField(max_length=36)
    part_number = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=16)
    counted = models.CharField(max_length=16, choices=Counted)
    bought = models.PositiveIntegerField(default=0)  # enabled and warning units
    suspended = models.PositiveIntegerField(default=0)
    assigned = models.PositiveIntegerField(default=0)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "title", "id"], name="inventory_sku_sorted")]

    def __str__(self) -> str:
        return self.title


class SkuVersion(Version):
    """What a product of a tenant was."""

    class Meta(Version.Meta):
        pass
