"""What a kind's tables are made of: the current row with the body as it came, and the bodies it replaced."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.db import models

from tenantry.engines.inventory.models.source import Source
from tenantry.kernel.models import CompositeKey, CustomerOwned, RowSecurity
from tenantry.kernel.residency.home import Home


class _Object(CustomerOwned):
    customer_id = models.BigIntegerField()
    object_id = models.CharField(max_length=254)
    hash = models.BinaryField()
    body = models.TextField()  # JSON as it came
    changed_at = models.DateTimeField()  # since when the body is known in this form

    class Meta(CustomerOwned.Meta):
        abstract = True

    def values(self) -> dict[str, Any]:
        """The properties as Microsoft sent them."""
        found: dict[str, Any] = msgspec.json.decode(self.body)
        return found


class Observed(_Object):
    """One object of a tenant as it was last read; an unchanged read writes nothing here."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")

    class Meta(_Object.Meta):
        abstract = True
        constraints = [
            *CustomerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "source", "object_id"), name="%(app_label)s_%(class)s_once"),
            CompositeKey(name="%(app_label)s_%(class)s_source_key", field="source", to="inventory_source"),
        ]


class ObservedRaw(_Object):
    """The same at home with the customer: no key leaves its region, so the source stands there as a number."""

    home: ClassVar[Home] = Home.CUSTOMER

    source_id = models.BigIntegerField()

    class Meta(_Object.Meta):
        abstract = True
        constraints = [
            *CustomerOwned.Meta.constraints,
            models.UniqueConstraint(
                fields=("partner_id", "source_id", "object_id"), name="%(app_label)s_%(class)s_once"
            ),
        ]


class Version(CustomerOwned):
    """A body that was replaced, or whose object was removed; in partitions by the month in which it ended."""

    customer_id = models.BigIntegerField()
    source = models.ForeignKey(
        Source, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    object_id = models.CharField(max_length=254)
    hash = models.BinaryField()
    body = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    removed = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [
            # a key of a partitioned table contains the column that it is divided by
            models.UniqueConstraint(fields=("partner_id", "id", "until"), name="%(app_label)s_%(class)s_in_partner"),
            RowSecurity(name="%(app_label)s_%(class)s_rls", fence="customer_id"),
        ]
        indexes = [models.Index(fields=["partner_id", "source", "object_id", "until"], name="%(class)s_of")]
