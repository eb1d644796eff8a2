"""Customer groups; the pages and acts that use them stand in `portal/access`."""

from __future__ import annotations

from django.db import models

from tenantry.kernel.models import CompositeKey, CustomerOwned, PartnerOwned
from tenantry.kernel.text import lazy as _
from tenantry.portal.customers.models.customer import Customer


class CustomerGroup(PartnerOwned):
    """Our grouping of customers; guards while a role, API app or display link uses it."""

    class Kind(models.TextChoices):
        STATIC = "static", _("Static")
        RULES = "rules", _("Rule-based")

    MOST = 500

    name = models.CharField(max_length=60)
    description = models.CharField(max_length=250, blank=True)
    colour = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.STATIC)
    guards = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    customers: models.ManyToManyField[Customer, GroupMember] = models.ManyToManyField(
        Customer, through="GroupMember", related_name="groups"
    )

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "name"), name="customers_customergroup_name"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(CustomerOwned):
    """A customer is in a group: the kept table by which scopes are joined in SQL."""

    group = models.ForeignKey(CustomerGroup, on_delete=models.CASCADE, db_constraint=False, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="memberships")

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="customers_groupmember_group", field="group", to="customers_customergroup"),
            CompositeKey(name="customers_groupmember_customer", field="customer", to="customers_customer"),
            models.UniqueConstraint(fields=("partner_id", "group", "customer"), name="customers_groupmember_once"),
        ]
        indexes = [models.Index(fields=["partner_id", "customer", "group"], name="customers_groupmember_of")]
