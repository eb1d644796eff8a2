"""The firms that use the portal, and what each demands of its people's sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models

from tenantry.kernel import clock, scope
from tenantry.kernel.models import PartnerOwned
from tenantry.portal.partners import rules
from tenantry.portal.partners.rules import Security


class Partner(PartnerOwned):
    """A firm that uses the portal; its row belongs to itself, so `partner_id` is its own id.

    A reseller is a partner with a parent, a distributor one with children. The parent may live in another region and
    is therefore an id, never a key.
    """

    class Capability(models.TextChoices):
        SERVICE_PROVIDER = "service_provider"
        DISTRIBUTOR = "distributor"

    AREAS: ClassVar[dict[str, str]] = {Capability.SERVICE_PROVIDER: "services", Capability.DISTRIBUTOR: "licenses"}

    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=20)
    parent_id = models.BigIntegerField(null=True)
    capabilities = ArrayField(models.CharField(max_length=20, choices=Capability))
    opened_at = models.DateTimeField()

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.CheckConstraint(condition=models.Q(id=models.F("partner_id")), name="partners_partner_owns_itself"),
            models.CheckConstraint(condition=~models.Q(capabilities=[]), name="partners_partner_can_something"),
        ]

    @classmethod
    def next_id(cls, region: str) -> int:
        """The id of a partner about to be opened; needed before its scope can be."""
        with connections[region].cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [cls._meta.db_table])
            return int(cursor.fetchone()[0])

    @classmethod
    def open(cls, **values: Any) -> Self:
        """Write the partner of the open scope, with the policy that every partner starts from."""
        opened = scope.current()
        second_factor = values.pop("second_factor", True)
        partner = cls.objects.create(id=opened.partner, region=opened.region, opened_at=clock.now(), **values)
        Policy.objects.create(second_factor=second_factor)
        return partner

    def gain(self, capability: str) -> bool:
        """Let it do more than before; False where it could already."""
        if capability in self.capabilities:
            return False
        self.capabilities = [*self.capabilities, capability]
        self.save(update_fields=["capabilities"])
        return True


class Policy(PartnerOwned):
    """What a partner demands of sessions and local accounts; one row a partner."""

    ABSOLUTE: ClassVar[timedelta] = timedelta(hours=24)

    idle_minutes = models.PositiveIntegerField(default=30)
    second_factor = models.BooleanField(default=True)
    concurrent = models.BooleanField(default=True)
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(fields=("partner_id",), name="partners_policy_one"),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__gte=5, idle_minutes__lte=24 * 60), name="partners_policy_idle"
            ),
        ]

    @property
    def idle(self) -> timedelta:
        """How long a session lives without a request."""
        return timedelta(minutes=self.idle_minutes)

    def as_wish(self) -> Security:
        """Its fields as a form shows them."""
        return Security(self.idle_minutes, self.concurrent, self.second_factor, tuple(self.networks))

    def revise(self, wish: Security) -> None:
        """Demand something else from the next request on."""
        self.idle_minutes, self.networks = wish.idle_minutes, list(wish.networks)
        self.concurrent, self.second_factor = wish.concurrent, wish.second_factor
        self.version += 1
        self.save()

    def admits(self, address: str) -> bool:
        """Whether somebody may come from this address."""
        return rules.admits(self.networks, address)
