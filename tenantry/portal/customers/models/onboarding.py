"""The wizard's draft, which only asks and claims nothing, and the handshake of a round trip to Microsoft."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned


class Draft(PartnerOwned):
    """What the wizard knows so far; resumes for thirty days, and claims nothing."""

    KEPT = timedelta(days=30)

    person_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    step = models.PositiveSmallIntegerField(default=1)
    apps = ArrayField(models.CharField(max_length=16), default=list)
    # who signed in at Microsoft, and what the tenant said of itself
    account_oid = models.CharField(max_length=36, blank=True)
    account = models.CharField(max_length=254, blank=True)
    tenant_id = models.CharField(max_length=36, blank=True)
    tenant_name = models.CharField(max_length=256, blank=True)
    default_domain = models.CharField(max_length=253, blank=True)
    cloud = models.CharField(max_length=12, blank=True)
    nationality = models.CharField(max_length=8, blank=True)
    consented = ArrayField(models.CharField(max_length=16), default=list)
    problem = models.TextField(blank=True)
    # what the customer will be
    organisation = models.CharField(max_length=120, blank=True)
    first_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    data_centre = models.CharField(max_length=20, blank=True)
    mode = models.CharField(max_length=12, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    groups = ArrayField(models.BigIntegerField(), default=list)
    recipients = ArrayField(models.EmailField(max_length=254), default=list)
    customer_id = models.BigIntegerField(null=True)  # once it has become one
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta(PartnerOwned.Meta):
        indexes = [models.Index(fields=["partner_id", "person_id", "-saved_at"], name="customers_draft_of")]


class Handshake(PartnerOwned):
    """One round trip to Microsoft: good once, for ten minutes, for the browser session that began it."""

    GOOD_FOR = timedelta(minutes=10)

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in"
        CONSENT = "consent"

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, db_constraint=False, related_name="handshakes")
    purpose = models.CharField(max_length=8, choices=Purpose)
    app = models.CharField(max_length=16, blank=True)
    state_hash = models.CharField(max_length=64)
    session_hash = models.CharField(max_length=64)
    verifier = models.BinaryField()  # sealed
    nonce = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="customers_handshake_draft", field="draft", to="customers_draft"),
            models.UniqueConstraint(fields=("partner_id", "state_hash"), name="customers_handshake_state"),
        ]
