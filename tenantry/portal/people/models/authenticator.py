"""A person's authenticator app."""

from __future__ import annotations

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.kernel.sealing import seal, unseal
from tenantry.portal.people import rules
from tenantry.portal.people.models.person import Person


class Authenticator(PartnerOwned):
    """The app that makes a person's codes, one a person: its secret is sealed, and each code works once (RFC 6238)."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, db_constraint=False)
    sealed = models.BinaryField()
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_authenticator_person", field="person", to="people_person"),
        ]

    @classmethod
    def add(cls, person_id: int, secret: str, code: str) -> bool:
        """Take the app on once it has shown a right code; False for a wrong one."""
        now = clock.now()
        step = rules.code_step(secret, code, now)
        if step is not None:
            cls.objects.create(person_id=person_id, sealed=seal(secret), last_step=step, added_at=now)
        return step is not None

    @classmethod
    def accepts(cls, person_id: int, code: str) -> bool:
        """Whether this is a present code of the person's app that was not used before; it is used up by this."""
        app = cls.objects.select_for_update().filter(person_id=person_id).first()
        step = rules.code_step(unseal(app.sealed), code, clock.now()) if app else None
        if app is None or step is None or step <= app.last_step:
            return False
        app.last_step = step
        app.save(update_fields=["last_step"])
        return True
