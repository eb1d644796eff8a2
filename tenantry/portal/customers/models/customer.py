"""A customer of the partner, and its tags."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models

from tenantry.kernel.errors import Refused
from tenantry.kernel.models import CompositeKey, CustomerOwned, PartnerOwned, RowSecurity
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import pgettext_lazy, sort_key


class Customer(PartnerOwned):
    """An organisation that the partner looks after; at most one partner manages it."""

    class Kind(models.TextChoices):
        M365 = "m365", _("Microsoft 365")
        M365_GOV = "m365_gov", _("Microsoft 365 US Government")
        GOOGLE = "google", _("Google")
        SALESFORCE = "salesforce", _("Salesforce")
        LOCAL = "local", _("Local account")

    class Mode(models.TextChoices):
        UNDECIDED = "undecided", _("To be configured")
        PARTNER = "partner", _("Partner manages the tenant")
        CUSTOMER = "customer", _("Customer manages the tenant")

    class Access(models.TextChoices):
        OPEN = "open", pgettext_lazy("partner access", "Open")
        READ_ONLY = "read_only", _("Read only")
        CLOSED = "closed", _("Closed")

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        EXPIRED = "expired", _("Expired")
        CANCELLED = "cancelled", _("Cancelled")
        ACTIVE = "active", _("Active")
        DISCONNECTED = "disconnected", _("Disconnected")
        ERASED = "erased", _("Erased")

    customer_path: ClassVar[str] = "id"
    KEPT: ClassVar[timedelta] = timedelta(days=30)  # how long what was read of a disconnected one stays
    SHOWN: ClassVar[tuple[str, ...]] = (State.ACTIVE, State.PENDING)  # in lists, counts and search

    number = models.PositiveIntegerField()
    organisation = models.CharField(max_length=120)
    sort_key = models.TextField(db_collation="C")
    country = models.CharField(max_length=2)
    first_name = models.CharField(max_length=60, blank=True)
    last_name = models.CharField(max_length=60, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    data_centre = models.CharField(max_length=20)
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.UNDECIDED)
    partner_access = models.CharField(max_length=12, choices=Access, default=Access.OPEN)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    note = models.TextField(max_length=4000, blank=True)
    onboarded_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=("partner_id", "id"), name="%(app_label)s_%(class)s_in_partner"),
            RowSecurity(name="%(app_label)s_%(class)s_rls", fence="id"),
            models.UniqueConstraint(fields=("partner_id", "number"), name="customers_customer_number"),
        ]
        indexes = [
            models.Index(fields=["partner_id", "sort_key", "id"], name="customers_customer_sorted"),
            models.Index(fields=["partner_id", "email", "id"], name="customers_customer_email"),
            models.Index(fields=["partner_id", "onboarded_at", "id"], name="customers_customer_onboarded"),
        ]

    def __str__(self) -> str:
        return self.organisation

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key that lists sort by in step with the name."""
        self.sort_key = sort_key(self.organisation)
        super().save(*args, **kwargs)

    @property
    def short_id(self) -> str:
        """The customer's number as people write it; never reused."""
        return f"C-{self.number:05d}"

    def wear(self, names: tuple[str, ...]) -> bool:
        """Wear exactly the tags of these names, made where they are new; tells whether anything changed."""
        known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
        new = [name for name in names if name.casefold() not in known]
        if len(known) + len(new) > Tag.MOST:
            raise Refused(_("A partner has at most {most} tags."), most=Tag.MOST, field="tags")
        for name in new:
            known[name.casefold()] = Tag.objects.create(name=name, colour=1 + len(known) % Tag.COLOURS)
        wished = {known[name.casefold()].pk for name in names}
        worn = CustomerTag.of_partner.filter(customer=self)
        present = set(worn.values_list("tag_id", flat=True))
        worn.filter(tag_id__in=present - wished).delete()
        CustomerTag.objects.bulk_create(CustomerTag(customer=self, tag_id=pk) for pk in sorted(wished - present))
        return wished != present

    @classmethod
    def next_number(cls) -> int:
        """One more than the highest number ever given; call under the partner's lock."""
        highest: int | None = cls.of_partner.aggregate(highest=models.Max("number"))["highest"]
        return (highest or 0) + 1


class Tag(PartnerOwned):
    """A coloured word; at most 500 a partner."""

    COLOURS = 8
    MOST = 500

    name = models.CharField(max_length=40)
    colour = models.PositiveSmallIntegerField(default=1)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id", "name"), name="customers_tag_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerTag(CustomerOwned):
    """A customer wears a tag."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="worn")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, db_constraint=False, related_name="wearers")

    class Meta(CustomerOwned.Meta):
        constraints = [
            *CustomerOwned.Meta.constraints,
            CompositeKey(name="customers_customertag_customer", field="customer", to="customers_customer"),
            CompositeKey(name="customers_customertag_tag", field="tag", to="customers_tag"),
            models.UniqueConstraint(fields=("partner_id", "customer", "tag"), name="customers_customertag_once"),
        ]
