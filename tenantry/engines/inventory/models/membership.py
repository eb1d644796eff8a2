"""Who belongs to which group: a narrow row for each membership, since a tenant may have hundreds of thousands."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.source import Source
from tenantry.kernel.models import CompositeKey, CustomerOwned, RowSecurity


class Membership(CustomerOwned):
    """A member or owner of a tenant group, by the ids of both; the member may be of any kind."""

    customer_id = models.BigIntegerField()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    group_id = models.CharField(max_length=36)
    relation = models.CharField(max_length=8)  # members, owners: as Microsoft names the list
    member_id = models.CharField(max_length=36)
    kind = models.CharField(max_length=32)  # user, group, device, servicePrincipal, orgContact
    since = models.DateTimeField()  # when it was first met
    met_at = models.DateTimeField()  # when a full read last met it; older ones are gone when that read ends

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            models.UniqueConstraint(
                fields=("partner_id", "source", "group_id", "relation", "member_id"), name="inventory_membership_once"
            ),
            CompositeKey(name="inventory_membership_source_key", field="source", to="inventory_source"),
        ]
        indexes = [models.Index(fields=["partner_id", "source", "member_id"], name="inventory_membership_of")]


class MembershipVersion(CustomerOwned):
    """A membership that has ended; in partitions by the month in which it did."""

    customer_id = models.BigIntegerField()
    source = models.ForeignKey(
        Source, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    group_id = models.CharField(max_length=36)
    relation = models.CharField(max_length=8)
    member_id = models.CharField(max_length=36)
    kind = models.CharField(max_length=32)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            # a key of a partitioned table contains the column that it is divided by
            models.UniqueConstraint(
                fields=("partner_id", "id", "until"), name="inventory_membershipversion_in_partner"
            ),
            RowSecurity(name="inventory_membershipversion_rls", fence="customer_id"),
        ]
        indexes = [models.Index(fields=["partner_id", "source", "group_id", "until"], name="membershipversion_of")]
