"""What a search looks through: one narrow row for each object that people look for by name."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tenantry.engines.inventory.models.source import Source
from tenantry.kernel.models import CompositeKey, CustomerOwned


class SearchText(CustomerOwned):
    """An object's name and addresses in lower case; found through the database's `inventory_search`.

    Row security keeps the planner from a trigram index, so that function looks as the tables' owner and compares the
    partner itself. An index by the beginning of the text, which only its migration can name, serves it too.
    """

    customer_id = models.BigIntegerField()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=254)
    title = models.CharField(max_length=256)
    detail = models.CharField(max_length=254)
    text = models.TextField()

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="inventory_searchtext_source_key", field="source", to="inventory_source"),
            models.UniqueConstraint(
                fields=("partner_id", "source", "kind", "object_id"), name="inventory_searchtext_once"
            ),
        ]
        indexes = [
            GinIndex(
                fields=["partner_id", "text"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="inventory_searchtext_trigram",
            ),
            models.Index(fields=["partner_id", "customer_id"], name="inventory_searchtext_of"),
        ]
