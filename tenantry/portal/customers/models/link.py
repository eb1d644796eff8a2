"""The link by which a customer's administrator consents without an account here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from tenantry.kernel import clock
from tenantry.kernel.errors import Gone
from tenantry.kernel.links import Linked
from tenantry.kernel.models import CompositeKey
from tenantry.portal.customers.models.customer import Customer
from tenantry.portal.customers.models.onboarding import Draft


class AuthorizationLink(Linked):
    """Leads to one draft: single use, 72 hours, revocable; bound to the browser that went on with it."""

    purpose: ClassVar[str] = "authorization"
    path: ClassVar[str] = "/connect/{token}"
    LASTS: ClassVar[timedelta] = timedelta(hours=72)
    WARNS: ClassVar[timedelta] = timedelta(hours=24)  # before its end

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="links")
    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, db_constraint=False, related_name="link")
    email = models.EmailField(max_length=254)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    browser = models.CharField(max_length=64, blank=True)  # hash of what the browser that went on holds
    opened_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    mind_at = models.DateTimeField(null=True)  # when to look at it by itself

    class Meta(Linked.Meta):
        constraints = [
            *Linked.Meta.constraints,
            CompositeKey(name="customers_authorizationlink_customer", field="customer", to="customers_customer"),
            CompositeKey(name="customers_authorizationlink_draft", field="draft", to="customers_draft"),
        ]
        indexes = [models.Index(fields=["mind_at"], name="customers_link_mind")]

    def begin(self, person: int) -> None:
        """Be good for 72 hours from now, for whichever browser comes first."""
        now = clock.now()
        self.made_by, self.made_at, self.browser, self.opened_at, self.warned_at = person, now, "", None, None
        self.revoked_at = None
        self.mind_at, self.ends_at = now + self.LASTS - self.WARNS, now + self.LASTS
        self.save()
        self.renew(self.ends_at)

    @property
    def is_done(self) -> bool:
        """Whether somebody has consented by it."""
        return self.draft.customer_id is not None

    def check_browser(self, browser: str) -> None:
        """Gone for another browser than the one that went on with the link."""
        if self.browser and self.browser != browser:
            raise Gone

    def next_look(self, now: datetime) -> datetime | None:
        """When to look again: at its end, if that is to come."""
        return self.ends_at if now < self.ends_at and self.used_at is None else None
