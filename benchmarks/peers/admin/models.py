"""The portal's tables as a plain project would declare them."""

from __future__ import annotations

from django.db import models


class Tag(models.Model):
    """A coloured word."""

    name = models.CharField(max_length=40)

    class Meta:
        managed = False
        db_table = "customers_tag"

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A grouping of customers."""

    name = models.CharField(max_length=60)

    class Meta:
        managed = False
        db_table = "customers_customergroup"

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """An organisation."""

    number = models.PositiveIntegerField()
    organisation = models.CharField(max_length=120)
    sort_key = models.TextField()
    country = models.CharField(max_length=2)
    email = models.EmailField()
    data_centre = models.CharField(max_length=20)
    mode = models.CharField(max_length=12, choices=[("undecided", "To be configured"), ("partner", "Partner"),
                                                    ("customer", "Customer")])  # fmt: skip
    onboarded_at = models.DateTimeField(null=True)
    tags = models.ManyToManyField(Tag, through="Worn")
    groups = models.ManyToManyField(Group, through="Member")

    class Meta:
        managed = False
        db_table = "customers_customer"

    def __str__(self) -> str:
        return self.organisation


class Worn(models.Model):
    """A customer wears a tag."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        managed = False
        db_table = "customers_customertag"


class Member(models.Model):
    """A customer is in a group."""

    customer = models.ForeignKey(Customer, models.CASCADE)
    group = models.ForeignKey(Group, models.CASCADE)

    class Meta:
        managed = False
        db_table = "customers_groupmember"


class Tenant(models.Model):
    """A Microsoft 365 tenant of a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tenants")
    tenant_id = models.CharField(max_length=36)
    name = models.CharField(max_length=256)
    default_domain = models.CharField(max_length=253)

    class Meta:
        managed = False
        db_table = "customers_tenant"


class Profile(models.Model):
    """An app that a customer has consented to."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="profiles")
    status = models.CharField(max_length=12)

    class Meta:
        managed = False
        db_table = "customers_appprofile"


class Figures(models.Model):
    """How many of what a customer's tenant holds."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="figures")
    users = models.PositiveIntegerField(null=True)
    seats_bought = models.PositiveIntegerField(null=True)
    seats_assigned = models.PositiveIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "inventory_figures"


class State(models.Model):
    """When a kind was last read."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="states")
    read_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "inventory_kindstate"
