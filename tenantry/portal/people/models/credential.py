"""A local account's password."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, PartnerOwned
from tenantry.portal.people import rules
from tenantry.portal.people.models.person import Person


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 64 MiB and 3 passes; a stored hash of less is renewed at the next sign-in."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1


class Credential(PartnerOwned):
    """The password of a local account, as hashes: the present one and the ones before it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, db_constraint=False)
    encoded = models.CharField(max_length=255)
    former = ArrayField(models.CharField(max_length=255), default=list)
    set_at = models.DateTimeField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_credential_person", field="person", to="people_person"),
        ]

    @classmethod
    def give(cls, person: Person, password: str, organisation: str) -> None:
        """Give a person its first password; refuses a weak one."""
        check_strength(password, person.email, organisation)
        cls.objects.create(person=person, encoded=make_password(password), set_at=clock.now())

    def matches(self, password: str) -> bool:
        """Whether this is the password; renews the stored hash where the settings have risen."""
        return check_password(password, self.encoded, self._renew)

    def change(self, password: str, organisation: str) -> None:
        """Replace the password; refuses a weak one and the last five."""
        check_strength(password, self.person.email, organisation)
        recent = [self.encoded, *self.former][: rules.REMEMBERED]
        rules.check_not_repeated(any(check_password(password, encoded) for encoded in recent))
        self.encoded, self.former, self.set_at = make_password(password), recent[: rules.REMEMBERED - 1], clock.now()
        self.save(update_fields=["encoded", "former", "set_at"])

    def _renew(self, password: str) -> None:
        self.encoded = make_password(password)
        self.save(update_fields=["encoded"])


def check_strength(password: str, email: str, organisation: str) -> None:
    """Refuse a password that others would guess; says why."""
    rules.check_password(password, email, organisation, common=password.casefold() in common_passwords())


def spend_as_long(password: str) -> None:
    """Do the work of a comparison where there is nobody to compare with."""
    make_password(password)


@functools.cache
def common_passwords() -> frozenset[str]:
    """The list that ships with Django, and the operator's own."""
    own = Path(settings.PASSWORD_LIST).read_text().split() if settings.PASSWORD_LIST else []
    shipped: set[str] = CommonPasswordValidator().passwords
    return frozenset(shipped) | frozenset(word.casefold() for word in own)
