"""Lists of a customer's policies and places, and Microsoft's judgement of its tenants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db.models import QuerySet

from tenantry.engines.inventory.models import (
    AccessPolicy,
    MethodsPolicy,
    NamedLocation,
    RoleDefinition,
    SecureScore,
    ServicePrincipal,
    TenantGroup,
    TenantPolicy,
    TenantUser,
)

DAYS = 90


@dataclass(frozen=True)
class Day:
    """The secure score of one day."""

    at: datetime
    current: float
    maximum: float

    @property
    def share(self) -> float:
        """Points in percent of all that there could be."""
        return 100 * self.current / self.maximum if self.maximum else 0.0


class Control(msgspec.Struct, rename="camel"):
    """What Microsoft gives points for: its name, category, points and its own sentence."""

    control_name: str = ""
    control_category: str = ""
    score: float = 0.0
    description: str = ""


class _Scored(msgspec.Struct, rename="camel"):
    control_scores: list[Control] | None = None


@dataclass(frozen=True)
class Score:
    """A tenant's days, oldest first, at most of the last 90 days, and the newest one's controls."""

    days: list[Day]
    controls: list[Control]

    @property
    def newest(self) -> Day:
        """The last day that Microsoft has told."""
        return self.days[-1]


def access_policies(customer_id: int) -> QuerySet[AccessPolicy, AccessPolicy]:
    """The customer's Conditional Access policies, to be sorted by `sort_key`."""
    return AccessPolicy.objects.filter(customer_id=customer_id)


def named_locations(customer_id: int) -> QuerySet[NamedLocation, NamedLocation]:
    """The places that the customer's policies name, to be sorted by `sort_key`."""
    return NamedLocation.objects.filter(customer_id=customer_id)


def tenant_policies(customer_id: int) -> list[TenantPolicy | MethodsPolicy]:
    """The policies of which a tenant has one, those of a tenant beside each other."""
    found: list[TenantPolicy | MethodsPolicy] = list(TenantPolicy.objects.filter(customer_id=customer_id))
    found += MethodsPolicy.objects.filter(customer_id=customer_id)
    return sorted(found, key=lambda one: (one.source_id, one.object_id))


def names(customer_id: int, object_ids: Iterable[str]) -> dict[str, str]:
    """The names of users, groups, roles, apps and places of the customer by id; an app also by its app id."""
    wanted: set[str] = set(object_ids)
    found: dict[str, str] = {}
    for model, key in (
        (TenantUser, "object_id"), (TenantGroup, "object_id"), (RoleDefinition, "template_id"),
        (ServicePrincipal, "app_id"), (NamedLocation, "object_id"),
    ):  # fmt: skip
        rows = model.objects.filter(customer_id=customer_id, **{f"{key}__in": wanted})
        found |= dict(rows.values_list(key, "display_name"))
    return found


def secure_score(customer_id: int) -> Score | None:
    """The secure score of the customer's first tenant that has one; None until it has been read."""
    newest = SecureScore.objects.filter(customer_id=customer_id, as_of__isnull=False).order_by("-as_of", "-id").first()
    if newest is None or newest.as_of is None:
        return None
    rows = SecureScore.objects.filter(source_id=newest.source_id, as_of__gt=newest.as_of - timedelta(days=DAYS))
    days = [Day(row.as_of, row.current, row.maximum) for row in rows.order_by("as_of").defer("body") if row.as_of]
    controls = msgspec.json.decode(newest.body, type=_Scored).control_scores or []
    return Score(days, sorted(controls, key=lambda one: (one.control_category, one.control_name)))
