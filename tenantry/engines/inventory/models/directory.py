"""Organization, domains, users and groups of tenants: promoted columns for lists, the body for everything else."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class Organization(Observed):
    """The tenant's own record."""

    name = models.CharField(max_length=256)
    country = models.CharField(max_length=2)
    created = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id"], name="inventory_organization_of")]


class Domain(Observed):
    """A domain of a tenant; its name is its id."""

    verified = models.BooleanField(default=False)
    default = models.BooleanField(default=False)
    initial = models.BooleanField(default=False)
    authentication = models.CharField(max_length=20)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "object_id"], name="inventory_domain_sorted")]


class TenantUser(Observed):
    """An account in a customer's tenant, guests included."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    upn = models.CharField(max_length=254)
    mail = models.CharField(max_length=254)
    guest = models.BooleanField(default=False)
    enabled = models.BooleanField(null=True)
    licences = models.PositiveSmallIntegerField(default=0)
    country = models.CharField(max_length=2)
    department = models.CharField(max_length=64)
    job_title = models.CharField(max_length=128)
    created = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [
            models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_user_sorted"),
            models.Index(fields=["partner_id", "customer_id", "upn", "id"], name="inventory_user_upn"),
        ]

    def __str__(self) -> str:
        return self.display_name


class TenantGroup(Observed):
    """A directory group of a tenant."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    mail = models.CharField(max_length=254)
    unified = models.BooleanField(default=False)
    team = models.BooleanField(default=False)
    security = models.BooleanField(default=False)
    dynamic = models.BooleanField(default=False)
    created = models.DateTimeField(null=True)
    members = models.PositiveIntegerField(null=True)  # counted by the writer when a read ends
    owners = models.PositiveIntegerField(null=True)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_group_sorted")]

    def __str__(self) -> str:
        return self.display_name


class OrganizationVersion(Version):
    """What the tenant's own record was."""

    class Meta(Version.Meta):
        pass


class DomainVersion(Version):
    """What a domain was."""

    class Meta(Version.Meta):
        pass


class TenantUserVersion(Version):
    """What a user was."""

    class Meta(Version.Meta):
        pass


class TenantGroupVersion(Version):
    """What a group was."""

    class Meta(Version.Meta):
        pass
