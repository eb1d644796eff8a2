"""The wizard's draft, which only asks and claims nothing, and the handshake of a round trip to Microsoft."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.errors import Refused
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.kernel.sealing import seal, unseal
from tenantry.kernel.text import _


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
    roles = ArrayField(models.CharField(max_length=80), default=list)
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
    joins_id = models.BigIntegerField(null=True)  # the connected customer to which it adds a tenant or consent
    label = models.CharField(max_length=120, blank=True)  # the tenant's friendly name
    sharepoint_admin = models.URLField(max_length=200, blank=True)
    pending_id = models.BigIntegerField(null=True)  # the customer that waits for its link to be followed
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

    person_id = models.BigIntegerField()
    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="handshakes"
    )
    profile_id = models.BigIntegerField(null=True)  # whose consent is asked for again
    purpose = models.CharField(max_length=8, choices=Purpose)
    app = models.CharField(max_length=16, blank=True)
    state_hash = models.CharField(max_length=64)
    session_hash = models.CharField(max_length=64)
    sealed_verifier = models.BinaryField()
    nonce = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="customers_handshake_draft", field="draft", to="customers_draft"),
            models.UniqueConstraint(fields=("partner_id", "state_hash"), name="customers_handshake_state"),
        ]

    @classmethod
    def begin(cls, person: int, session: str, purpose: str, mark: str = "", **about: Any) -> tuple[Self, str]:
        """Begin a round trip; the state to send along, after a mark that is no secret, is given out here only."""
        state = mark + secrets.token_urlsafe(32)
        row = cls.objects.create(
            person_id=person, session_hash=session, purpose=purpose, state_hash=hashed(state),
            sealed_verifier=seal(secrets.token_urlsafe(48)), nonce=secrets.token_urlsafe(24), **about,
        )  # fmt: skip
        return row, state

    @classmethod
    def take(cls, person: int, session: str, state: str) -> Self:
        """Use up the round trip that this state began; refuses one unknown, used, too old, or of another browser."""
        row = cls.objects.select_for_update().filter(state_hash=hashed(state), person_id=person).first()
        fresh = row is not None and row.used_at is None and clock.now() - row.made_at <= cls.GOOD_FOR
        if row is None or not fresh or row.session_hash != session:
            raise Refused(_("This answer of Microsoft belongs to no sign-in that you have open here. Start again."),
                          code="state")  # fmt: skip
        row.used_at = clock.now()
        row.save(update_fields=["used_at"])
        return row

    @property
    def verifier(self) -> str:
        """The PKCE verifier of this round trip."""
        return unseal(self.sealed_verifier)


def hashed(state: str) -> str:
    """What is stored in place of a state."""
    return hashlib.sha256(state.encode()).hexdigest()
