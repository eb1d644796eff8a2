"""A browser in which a person has signed in before."""

from __future__ import annotations

import hashlib

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people import rules
from tenantry.portal.people.models.person import Person


class KnownBrowser(PartnerOwned):
    """A browser that a person has signed in with, told by the token of its long-lived cookie, kept as a hash."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="browsers")
    token_hash = models.CharField(max_length=64)
    seen_at = models.DateTimeField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_knownbrowser_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "person", "token_hash"), name="people_knownbrowser_once"),
        ]

    @classmethod
    def class_of(cls, person: Person, token: str) -> str:
        """The class in which wrong tries are counted: the browser itself where it is known, else the empty one."""
        found, since = _hashed(token), clock.now() - rules.KNOWN_FOR
        known = cls.objects.filter(person=person, token_hash=found, seen_at__gt=since).exists()
        return found if known else ""

    @classmethod
    def meet(cls, person: Person, token: str) -> None:
        """The person has signed in here; browsers that are known no more are forgotten."""
        cls.objects.filter(person=person, seen_at__lte=clock.now() - rules.KNOWN_FOR).delete()
        KnownBrowser.objects.bulk_create(
            [KnownBrowser(person=person, token_hash=_hashed(token), seen_at=clock.now())], update_conflicts=True,
            unique_fields=["partner_id", "person", "token_hash"], update_fields=["seen_at"],
        )  # fmt: skip


def _hashed(token: str) -> str:
    return hashlib.sha256(f"browser {token}".encode()).hexdigest()
