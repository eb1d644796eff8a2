"""What a page asks of a browser about passkeys, and how its answer is read; the page carries what it asked, sealed."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import webauthn
from django.conf import settings
from django.http import QueryDict
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tenantry.kernel import clock
from tenantry.kernel.errors import Broken
from tenantry.kernel.residency import regions
from tenantry.kernel.residency.claims import Place
from tenantry.kernel.sealing import seal, unseal
from tenantry.portal.people.models import Ceremony, Passkey, Person

GOOD_FOR = timedelta(minutes=10)
LONGEST_SEALED, LONGEST_CREDENTIAL = 1_000, 20_000
PARTNER_BYTES, HANDLE_BYTES = 8, 16
_VERIFIED = UserVerificationRequirement.REQUIRED


class Asked(NamedTuple):
    """What the browser is asked, as JSON, and what the page keeps of it."""

    options: str
    sealed: str


def ask_for_proof() -> Asked:
    """Ask for the signature of any passkey of this site; its person need not be known."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=settings.SIGN_IN_HOST, challenge=challenge, user_verification=_VERIFIED
    )
    return Asked(webauthn.options_to_json(options), _sealed(challenge, 0, b""))


def ask_to_make(person: Person, present: list[Passkey]) -> Asked:
    """Ask for a new passkey of a person, on a device that holds none of its passkeys yet."""
    challenge = secrets.token_bytes(32)
    handle = bytes(person.handle) if person.handle else secrets.token_bytes(HANDLE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=settings.SIGN_IN_HOST, rp_name="Tenantry", user_name=person.email, user_display_name=person.name,
        user_id=person.partner_id.to_bytes(PARTNER_BYTES, "big") + handle, challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one.credential_id)) for one in present],
    )  # fmt: skip
    return Asked(webauthn.options_to_json(options), _sealed(challenge, person.pk, handle))


def answered(data: QueryDict, person: int = 0) -> tuple[Ceremony, bytes] | None:
    """What the browser answered to what the page had asked of this person, and the handle; None for what is neither."""
    try:
        asked: dict[str, Any] = json.loads(unseal(data.get("sealed", "")[:LONGEST_SEALED].encode()))
    except (Broken, UnicodeError):
        return None
    made_at = datetime.fromisoformat(asked["at"])
    if asked["person"] != person or clock.now() - made_at > GOOD_FOR:
        return None
    credential = data.get("credential", "")[:LONGEST_CREDENTIAL]
    return Ceremony(base64url_to_bytes(asked["challenge"]), made_at, credential), base64url_to_bytes(asked["handle"])


def named_by(ceremony: Ceremony) -> tuple[Place, bytes] | None:
    """Where the person lives that the passkey names, and its handle there; None where it names nobody of ours."""
    try:
        told = webauthn.helpers.parse_authentication_credential_json(ceremony.credential).response.user_handle or b""
    except (webauthn.helpers.exceptions.WebAuthnException, ValueError):
        return None
    partner = int.from_bytes(told[:PARTNER_BYTES], "big")
    region = regions.of_key(partner)
    if len(told) != PARTNER_BYTES + HANDLE_BYTES or region not in settings.REGIONS or partner >= 2**63:
        return None
    return Place(partner, region), told[PARTNER_BYTES:]


def _sealed(challenge: bytes, person: int, handle: bytes) -> str:
    kept = {"challenge": bytes_to_base64url(challenge), "person": person, "handle": bytes_to_base64url(handle),
            "at": clock.now().isoformat()}  # fmt: skip
    return seal(json.dumps(kept)).decode()
