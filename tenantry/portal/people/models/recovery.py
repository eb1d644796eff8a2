"""What admits a person whose second factor is not at hand."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people import rules
from tenantry.portal.people.models.person import Person


class RecoveryCode(PartnerOwned):
    """One of ten codes that each stand in for the second factor once; kept as a keyed hash."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_recoverycode_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "person", "code_hash"), name="people_recoverycode_once"),
        ]

    @classmethod
    def make(cls, person_id: int) -> list[str]:
        """New codes, given out here and never again; the former ones are void."""
        cls.objects.filter(person_id=person_id).delete()
        codes, now = rules.new_recovery_codes(), clock.now()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(person_id=person_id, code_hash=_hashed(person_id, code), made_at=now) for code in codes
        )
        return codes

    @classmethod
    def spend(cls, person_id: int, code: str) -> bool:
        """Use a code up; False for one that is wrong or was used."""
        wished = cls.objects.filter(person_id=person_id, code_hash=_hashed(person_id, code), used_at__isnull=True)
        return wished.update(used_at=clock.now()) == 1

    @classmethod
    def left(cls, person_id: int) -> int:
        """How many still work."""
        return cls.objects.filter(person_id=person_id, used_at__isnull=True).count()


def _hashed(person_id: int, code: str) -> str:
    plain = f"recovery {person_id} {rules.plain_code(code)}"
    return hmac.new(settings.SEAL_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()
