"""Devices that are registered in tenants' directories."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class TenantDevice(Observed):
    """A device as Entra knows it; whether it is compliant is unknown where nobody manages it."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    system = models.CharField(max_length=64)
    system_version = models.CharField(max_length=64)
    trust = models.CharField(max_length=16)  # AzureAd joined, ServerAd hybrid, Workplace registered
    enabled = models.BooleanField(null=True)
    compliant = models.BooleanField(null=True)
    managed = models.BooleanField(null=True)
    model = models.CharField(max_length=128)
    signed_in = models.DateTimeField(null=True)  # about; Microsoft updates it every few days
    registered = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_device_sorted")]

    def __str__(self) -> str:
        return self.display_name


class TenantDeviceVersion(Version):
    """What a device was."""

    class Meta(Version.Meta):
        pass
