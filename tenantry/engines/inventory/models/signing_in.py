"""How people of tenants sign in: when they last did, and what they have registered for it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.engines.inventory.models.observed import Observed, Version


class SignInActivity(Observed):
    """When a user last signed in; nothing where it never did, as far as Microsoft knows."""

    last = models.DateTimeField(null=True)  # by a person
    quiet = models.DateTimeField(null=True)  # by an app on the person's behalf
    succeeded = models.DateTimeField(null=True)

    class Meta(Observed.Meta):
        indexes = [models.Index(fields=["partner_id", "customer_id", "last", "id"], name="inventory_activity_last")]


class Registration(Observed):
    """What a user has registered to sign in with."""

    display_name = models.CharField(max_length=256)
    sort_key = models.TextField(db_collation="C")
    upn = models.CharField(max_length=254)
    guest = models.BooleanField(default=False)
    admin = models.BooleanField(null=True)
    capable = models.BooleanField(null=True)  # can be asked for a second factor
    passwordless = models.BooleanField(null=True)
    methods = ArrayField(models.CharField(max_length=60), default=list)

    class Meta(Observed.Meta):
        indexes = [
            models.Index(fields=["partner_id", "customer_id", "sort_key", "id"], name="inventory_registered_sorted")
        ]

    def __str__(self) -> str:
        return self.display_name


class SignInActivityVersion(Version):
    """When a user had last signed in before."""

    class Meta(Version.Meta):
        pass


class RegistrationVersion(Version):
    """What a user had registered."""

    class Meta(Version.Meta):
        pass
