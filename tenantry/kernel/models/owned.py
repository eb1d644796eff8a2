"""The abstract bases of a partner's rows and their fail-closed managers."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from tenantry.kernel import ports, scope
from tenantry.kernel.models.security import RowSecurity
from tenantry.kernel.residency.home import Home

T = TypeVar("T", bound=models.Model)


class PartnerField(models.BigIntegerField):  # type: ignore[type-arg]  # not subscriptable at run time
    """The partner of the open scope, filled when the row is first saved."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002  # Django's signature
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, scope.current().partner)
        return getattr(model_instance, self.attname)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs


class PartnerWide(models.Manager[T]):
    """All rows of the open scope's partner, whichever customers the actor may see; for verbs that keep invariants."""

    def get_queryset(self) -> models.QuerySet[T]:
        return super().get_queryset().filter(partner_id=scope.current().partner)


class OwnedManager(PartnerWide[T]):
    """The partner's rows that the actor may see under the scope's permission; NoScope while none is open."""

    def get_queryset(self) -> models.QuerySet[T]:
        rows, opened = super().get_queryset(), scope.current()
        path: str = getattr(self.model, "customer_path", "")
        if not path or opened.actor.everywhere(opened.permission):
            return rows
        visible = ports.resolver().customers(opened.actor, opened.permission)
        return rows.filter(**{f"{path}__in": visible})


class PartnerOwned(models.Model):
    """A row of one partner: scoped manager above, row security underneath."""

    home: ClassVar[Home] = Home.PARTNER
    storage: ClassVar[str] = "R10"  # the row of the storage table (residency, section 2) that says the same of the home
    customer_path: ClassVar[str] = ""

    partner_id = PartnerField(editable=False)

    objects: ClassVar[OwnedManager[Self]] = OwnedManager()
    of_partner: ClassVar[PartnerWide[Self]] = PartnerWide()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=("partner_id", "id"), name="%(app_label)s_%(class)s_in_partner"),
            RowSecurity(name="%(app_label)s_%(class)s_rls"),
        ]


class CustomerOwned(PartnerOwned):
    """A row of one of the partner's customers, in a column `customer_id` that the row policies compare too."""

    customer_path: ClassVar[str] = "customer_id"

    class Meta(PartnerOwned.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=("partner_id", "id"), name="%(app_label)s_%(class)s_in_partner"),
            RowSecurity(name="%(app_label)s_%(class)s_rls", fence="customer_id"),
        ]
