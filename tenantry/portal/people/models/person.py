"""Somebody who signs in to the portal."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.models import OwnedManager, PartnerOwned
from tenantry.kernel.text import LANGUAGES
from tenantry.portal.people import rules


class PersonQuery(models.QuerySet["Person"]):
    """Questions about people."""

    def active(self) -> Self:
        """Those who may act."""
        return self.filter(state=Person.State.ACTIVE)

    def known_as(self, email: str) -> Self:
        """The one with this address, however it is written."""
        return self.filter(email_key=rules.email_key(email))


class Person(PartnerOwned):
    """Somebody who signs in to the portal; a tenant user or a customer's own person is one too, of another kind."""

    class Kind(models.TextChoices):
        PARTNER = "partner"
        TENANT_USER = "tenant_user"
        CUSTOMER = "customer"
        OPERATOR = "operator"

    class State(models.TextChoices):
        INVITED = "invited"
        ACTIVE = "active"
        DEACTIVATED = "deactivated"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PARTNER)
    email = models.CharField(max_length=254)
    email_key = models.CharField(max_length=254)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    organisation = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, choices=LANGUAGES, blank=True, default="")  # empty: as the browser asks
    time_zone = models.CharField(max_length=64, default="UTC")
    area = models.CharField(max_length=12, default="services")  # of the menu: the last choice
    state = models.CharField(max_length=12, choices=State, default=State.INVITED)
    owner = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField()
    last_signed_in_at = models.DateTimeField(null=True)
    handle = models.BinaryField(max_length=16, null=True)  # what passkeys call the person; made with the first one

    objects = OwnedManager.from_queryset(PersonQuery)()  # type: ignore[misc]  # a manager with questions

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "email_key"), name="people_person_email_once"),
            models.UniqueConstraint(
                fields=("partner_id",), condition=models.Q(owner=True), name="people_person_one_owner"
            ),
        ]

    @classmethod
    def add(cls, *, email: str, **values: Any) -> Person:
        """Write a person of the open scope's partner; its address must have been claimed."""
        email = rules.tidy_email(email)
        return cls.objects.create(email=email, email_key=rules.email_key(email), added_at=clock.now(), **values)

    @property
    def name(self) -> str:
        """First and last name, as shown everywhere."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def called(self) -> str:
        """The name, or the address of somebody who has not said it yet."""
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Two letters for a picture's place."""
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()

    def signed_in(self) -> None:
        """Remember when it was last here."""
        self.last_signed_in_at = clock.now()
        self.save(update_fields=["last_signed_in_at"])

    def accept(self, first_name: str, last_name: str) -> None:
        """An invited person has come, and says its name."""
        self.first_name, self.last_name, self.state = first_name, last_name, self.State.ACTIVE
        self.save(update_fields=["first_name", "last_name", "state"])

    def own(self) -> None:
        """Be the partner's owner; nobody else may be at this moment."""
        self.owner = True
        self.save(update_fields=["owner"])

    def give_up(self) -> None:
        """Be the partner's owner no longer."""
        self.owner = False
        self.save(update_fields=["owner"])

    def deactivate(self) -> None:
        """Keep the row as a tombstone that may do nothing."""
        rules.check_deactivation(self.state, owner=self.owner)
        self.state = self.State.DEACTIVATED
        self.save(update_fields=["state"])

    def activate(self) -> None:
        """Let a deactivated person act again."""
        rules.check_activation(self.state)
        self.state = self.State.ACTIVE
        self.save(update_fields=["state"])

    def look_at(self, area: str) -> None:
        """Remember the area of the menu."""
        self.area = area
        self.save(update_fields=["area"])

    def answer_to(self, handle: bytes) -> None:
        """Keep the handle by which passkeys call the person; it stays the same for all of them."""
        if self.handle is None:
            self.handle = handle
            self.save(update_fields=["handle"])

    def revise(self, **values: str) -> None:
        """Change what a person may say of itself."""
        for field, value in values.items():
            setattr(self, field, value)
        self.version += 1
        self.save(update_fields=[*values, "version"])
