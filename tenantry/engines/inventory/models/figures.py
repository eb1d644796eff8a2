"""Roll-ups that the writer keeps in the transaction of the rows they count."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.source import Source
from tenantry.kernel.models import CompositeKey, CustomerOwned


class Figures(CustomerOwned):
    """How many of what one tenant holds; None until the kind has been read once."""

    customer_id = models.BigIntegerField()
    source = models.OneToOneField(Source, on_delete=models.CASCADE, db_constraint=False, related_name="figures")
    users = models.PositiveIntegerField(null=True)
    guests = models.PositiveIntegerField(null=True)
    groups = models.PositiveIntegerField(null=True)
    domains = models.PositiveIntegerField(null=True)
    seats_bought = models.PositiveIntegerField(null=True)
    seats_assigned = models.PositiveIntegerField(null=True)
    unknown_products = models.PositiveIntegerField(null=True)
    devices = models.PositiveIntegerField(null=True)
    applications = models.PositiveIntegerField(null=True)
    policies_enabled = models.PositiveIntegerField(null=True)
    admins = models.PositiveIntegerField(null=True)  # holders of Global Administrator
    members_registered = models.PositiveIntegerField(null=True)  # members who can be asked for a second factor
    members_unregistered = models.PositiveIntegerField(null=True)
    secure_score = models.FloatField(null=True)
    secure_score_max = models.FloatField(null=True)

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="inventory_figures_source_key", field="source", to="inventory_source"),
        ]
        indexes = [models.Index(fields=["partner_id", "customer_id"], name="inventory_figures_of")]
