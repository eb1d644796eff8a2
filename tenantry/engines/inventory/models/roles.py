"""Administrator roles of tenants, and who holds them."""

from __future__ import annotations

from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class RoleDefinition(Observed):
    """A directory role, Microsoft's or the tenant's own."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    template_id = models.CharField(max_length=36)
    builtin = models.BooleanField(default=True)
    enabled = models.BooleanField(default=True)
    privileged = models.BooleanField(default=False)  # its holders can become more than they are

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_role_sorted")]

    def __str__(self) -> str:
        return self.display_name


class RoleAssignment(Observed):
    """Somebody or something that holds a role, over the whole tenant or a part of it."""

    role_id = models.CharField(max_length=36)
    principal_id = models.CharField(max_length=36)
    part = models.CharField(max_length=254)  # "/" is the whole tenant

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "role_id", "id"], name="inventory_assignment_of")]


class RoleDefinitionVersion(Version):
    """What a role was."""

    class Meta(Version.Meta):
        pass


class RoleAssignmentVersion(Version):
    """An assignment that has ended, or what it was."""

    class Meta(Version.Meta):
        pass
