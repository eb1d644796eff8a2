"""A Microsoft 365 tenant of a customer, and the apps that it has consented to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.kernel.models import CompositeKey, CustomerOwned
from tenantry.kernel.text import lazy as _
from tenantry.portal.customers.models.customer import Customer


class Tenant(CustomerOwned):
    """A tenant id belongs to one customer of one partner; the directory's claim decides over regions."""

    MOST_A_CUSTOMER = 50

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="tenants")
    tenant_id = models.CharField(max_length=36)
    name = models.CharField(max_length=256)
    default_domain = models.CharField(max_length=253)
    cloud = models.CharField(max_length=12)
    nationality = models.CharField(max_length=8, blank=True)
    sharepoint_admin = models.URLField(blank=True)
    connected_at = models.DateTimeField()

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="customers_tenant_customer", field="customer", to="customers_customer"),
            models.UniqueConstraint(fields=("partner_id", "tenant_id"), name="customers_tenant_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AppProfile(CustomerOwned):
    """One of our apps in a tenant: what was consented, by whom, and whether it still holds."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACTIVE = "active", _("Active")
        INSUFFICIENT = "insufficient", _("Insufficient")
        EXPIRED = "expired", _("Consent lost")
        UNKNOWN = "unknown", _("Unknown")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="profiles")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, db_constraint=False, related_name="profiles")
    app = models.CharField(max_length=16)
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    missing = ArrayField(models.CharField(max_length=80), default=list)
    consented_by = models.CharField(max_length=254, blank=True)
    consented_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # when Microsoft last answered
    silent_since = models.DateTimeField(null=True)  # no answer since: the status is the last known one
    check_at = models.DateTimeField(null=True)  # when to ask by itself again

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="customers_appprofile_customer", field="customer", to="customers_customer"),
            CompositeKey(name="customers_appprofile_tenant", field="tenant", to="customers_tenant"),
            models.UniqueConstraint(fields=("partner_id", "tenant", "app"), name="customers_appprofile_once"),
        ]
        indexes = [models.Index(fields=["check_at"], name="customers_appprofile_check")]
