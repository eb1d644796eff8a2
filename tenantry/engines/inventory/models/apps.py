"""Apps of tenants: those registered there, those present there, and what people have consented to."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class Application(Observed):
    """An app that is registered in the tenant."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    app_id = models.CharField(max_length=36)
    audience = models.CharField(max_length=40)
    credentials = models.PositiveSmallIntegerField(default=0)
    expires = models.DateTimeField(null=True)  # the first of its secrets and certificates to end
    created = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_app_sorted")]

    def __str__(self) -> str:
        return self.display_name


class ServicePrincipal(Observed):
    """An app that is present in the tenant, wherever it is registered."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    app_id = models.CharField(max_length=36)
    type = models.CharField(max_length=24)  # Application, ManagedIdentity, Legacy, SocialIdp
    owner_tenant = models.CharField(max_length=36)  # the tenant that registered it
    enabled = models.BooleanField(null=True)
    assigned_only = models.BooleanField(default=False)  # only people to whom it was assigned may use it

    class Meta(Observed.Meta):
        indexes = [
            models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_principal_sorted")
        ]

    def __str__(self) -> str:
        return self.display_name


class PermissionGrant(Observed):
    """What an app may do at another one on behalf of people who use it."""

    client_id = models.CharField(max_length=36)
    resource_id = models.CharField(max_length=36)
    principal_id = models.CharField(max_length=36)  # empty: everybody
    scope = models.TextField()

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "client_id", "id"], name="inventory_grant_of")]


class ApplicationVersion(Version):
    """What a registered app was."""

    class Meta(Version.Meta):
        pass


class ServicePrincipalVersion(Version):
    """What a present app was."""

    class Meta(Version.Meta):
        pass


class PermissionGrantVersion(Version):
    """A consent that was taken back, or what it was."""

    class Meta(Version.Meta):
        pass
