"""A passkey: a key pair of which the person's device keeps the private half."""

from __future__ import annotations

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people.models.person import Person


class Passkey(PartnerOwned):
    """What proves both factors at once (WebAuthn with user verification); up to ten a person."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(max_length=1023)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_passkey_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "credential_id"), name="people_passkey_once"),
        ]

    def used(self, sign_count: int) -> None:
        """Remember the authenticator's own count, which shows a copied key."""
        self.sign_count, self.used_at = sign_count, clock.now()
        self.save(update_fields=["sign_count", "used_at"])
