"""Rules of tenants about who may sign in from where with what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class AccessPolicy(Observed):
    """A Conditional Access policy."""

    class State(models.TextChoices):
        ENABLED = "enabled"
        REPORT = "enabledForReportingButNotEnforced"
        DISABLED = "disabled"

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    state = models.CharField(max_length=40, choices=State)
    everyone = models.BooleanField(default=False)  # includes all users, whoever is excluded
    every_app = models.BooleanField(default=False)
    controls = ArrayField(models.CharField(max_length=40), default=list)  # block, mfa, compliantDevice ...
    created = models.DateTimeField(null=True)
    modified = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_policy_sorted")]

    def __str__(self) -> str:
        return self.display_name


class NamedLocation(Observed):
    """A place that policies name: networks, or countries."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    networks = models.BooleanField(default=False)
    trusted = models.BooleanField(default=False)
    parts = models.PositiveSmallIntegerField(default=0)  # networks or countries in it
    created = models.DateTimeField(null=True)
    modified = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [
            models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_location_sorted")
        ]

    def __str__(self) -> str:
        return self.display_name


class TenantPolicy(Observed):
    """A policy of which a tenant has one: security defaults, what members and guests may do."""

    display_name = models.CharField(max_length=256)
    on = models.BooleanField(null=True)  # of those that are on or off

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id"], name="inventory_tenantpolicy_of")]

    def __str__(self) -> str:
        return self.display_name


class MethodsPolicy(Observed):
    """Which sign-in methods a tenant allows."""

    display_name = models.CharField(max_length=256)
    allowed = ArrayField(models.CharField(max_length=60), default=list)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id"], name="inventory_methodspolicy_of")]

    def __str__(self) -> str:
        return self.display_name


class AccessPolicyVersion(Version):
    """What a policy was."""

    class Meta(Version.Meta):
        pass


class NamedLocationVersion(Version):
    """What a named location was."""

    class Meta(Version.Meta):
        pass


class TenantPolicyVersion(Version):
    """What a policy was."""

    class Meta(Version.Meta):
        pass


class MethodsPolicyVersion(Version):
    """Which sign-in methods were allowed."""

    class Meta(Version.Meta):
        pass
