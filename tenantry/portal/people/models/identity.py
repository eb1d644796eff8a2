"""A Microsoft account that admits a person."""

from __future__ import annotations

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people.models.person import Person


class Identity(PartnerOwned):
    """A Microsoft account of a person, known by directory and object id only, never by its address."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="identities")
    tid = models.UUIDField()
    oid = models.UUIDField()
    added_at = models.DateTimeField(default=clock.now)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_identity_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "tid", "oid"), name="people_identity_once"),
        ]
