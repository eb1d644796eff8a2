"""Facts, their seals, their erasable labels, and the outbox."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from tenantry.kernel.models.owned import OwnedManager, PartnerField, PartnerOwned, PartnerWide
from tenantry.kernel.models.security import RowSecurity
from tenantry.kernel.residency.home import Home


class Fact(PartnerOwned):
    """Something that happened here: canonical bytes (RFC 8785), and what lists are sorted and filtered by."""

    customer_path: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    name = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    body = models.BinaryField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            RowSecurity(name="%(app_label)s_%(class)s_rls", fence="customer_id", verbs="SELECT INSERT"),
        ]
        indexes = [
            models.Index(fields=["partner_id", "-at"], name="kernel_fact_recent"),
            models.Index(fields=["partner_id", "customer_id", "-at"], name="kernel_fact_of_customer"),
        ]


class FactSeal(models.Model):
    """The place of a fact in its partner's chain, in commit order; written by the database's trigger alone."""

    home: ClassVar[Home] = Home.PARTNER

    partner_id = PartnerField(editable=False)
    sequence = models.BigIntegerField()
    fact = models.OneToOneField(Fact, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False)
    previous = models.BinaryField()
    hash = models.BinaryField()

    objects: ClassVar[OwnedManager[Any]] = OwnedManager()
    of_partner: ClassVar[PartnerWide[Any]] = PartnerWide()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("partner_id", "sequence"), name="kernel_factseal_order"),
            RowSecurity(name="%(app_label)s_%(class)s_rls", verbs="SELECT"),
        ]


class FactLabel(PartnerOwned):
    """The value and salt behind a commitment in a fact; erasing it leaves the chain whole."""

    fact_id = models.UUIDField()
    field = models.CharField(max_length=60)
    value = models.TextField()
    salt = models.BinaryField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "fact_id", "field"), name="kernel_factlabel_once"),
        ]


class Outbox(models.Model):
    """One reaction that a recorded fact has yet to start; ids only, so it needs no row security."""

    home: ClassVar[Home] = Home.PARTNER

    id = models.CharField(primary_key=True, max_length=160)  # fact:reaction, the workflow's id
    partner_id = models.BigIntegerField()
    fact_id = models.UUIDField()
    reaction = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["written_at"], name="kernel_outbox_waiting", condition=models.Q(started_at__isnull=True)
            )
        ]
