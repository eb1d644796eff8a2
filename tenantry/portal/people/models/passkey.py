"""A passkey: a key pair of which the person's device keeps the private half (WebAuthn level 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import webauthn
from django.conf import settings
from django.db import models
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.registration.verify_registration_response import VerifiedRegistration

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people.models.person import Person


@dataclass(frozen=True)
class Ceremony:
    """What a page asked of a browser, and what came back: the challenge, when it was made, the credential as JSON."""

    challenge: bytes
    made_at: datetime
    credential: str

    def made(self) -> VerifiedRegistration | None:
        """The key pair that the browser says it made for this challenge and site; None where that is not true."""
        try:
            return webauthn.verify_registration_response(
                credential=self.credential, expected_challenge=self.challenge, expected_rp_id=settings.SIGN_IN_HOST,
                expected_origin=settings.PUBLIC_URL, require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError):
            return None


class Passkey(PartnerOwned):
    """What proves both factors at once, the device having verified its user; up to ten a person."""

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

    @classmethod
    def add(cls, person: Person, name: str, made: VerifiedRegistration) -> None:
        """Keep the public half of a new pair."""
        cls.objects.create(
            person=person, name=name, credential_id=made.credential_id, public_key=made.credential_public_key,
            sign_count=made.sign_count, added_at=clock.now(),
        )  # fmt: skip

    @classmethod
    def proves(cls, person_id: int, ceremony: Ceremony) -> bool:
        """Whether one of the person's passkeys signed the challenge; one older than its last use is a repetition."""
        try:
            told = parse_authentication_credential_json(ceremony.credential)
            found = cls.objects.select_for_update().filter(person_id=person_id, credential_id=told.raw_id).first()
            if found is None or (found.used_at is not None and found.used_at >= ceremony.made_at):
                return False
            verified = webauthn.verify_authentication_response(
                credential=told, expected_challenge=ceremony.challenge, expected_rp_id=settings.SIGN_IN_HOST,
                expected_origin=settings.PUBLIC_URL, credential_public_key=bytes(found.public_key),
                credential_current_sign_count=found.sign_count, require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError):
            return False
        found._used(verified.new_sign_count)
        return True

    @property
    def key(self) -> str:
        """The id as text, for the names of a page's parts."""
        return str(self.pk)

    def _used(self, sign_count: int) -> None:
        """Remember the authenticator's own count, which shows a copied key."""
        self.sign_count, self.used_at = sign_count, clock.now()
        self.save(update_fields=["sign_count", "used_at"])
