"""Single customers, tenants and profiles; Missing for whatever the open scope does not reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

from tenantry.kernel import ports
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing
from tenantry.portal.customers.models import AppProfile, Customer, Tag, Tenant
from tenantry.portal.people.models import Person

M = TypeVar("M", bound=Model)


def customer(customer_id: int) -> Customer:
    """One customer that the actor may see; Missing for any other, and for one that is erased."""
    return _one(Customer.objects.exclude(state=Customer.State.ERASED).filter(pk=customer_id).first())


def tenant(tenant_id: int) -> Tenant:
    """One tenant by our id."""
    return _one(Tenant.objects.select_related("customer").filter(pk=tenant_id).first())


def tenant_by_id(tenant_id: str) -> Tenant:
    """One tenant by Microsoft's id."""
    return _one(Tenant.objects.select_related("customer").filter(tenant_id=tenant_id).first())


def profile(profile_id: int) -> AppProfile:
    """One app profile, with its tenant."""
    return _one(AppProfile.objects.select_related("tenant", "customer").filter(pk=profile_id).first())


def profile_of(tenant_id: str, app: str) -> AppProfile | None:
    """The profile of an app in the tenant of Microsoft's id; None where there is none."""
    return AppProfile.objects.select_related("tenant").filter(tenant__tenant_id=tenant_id, app=app).first()


def stamp(customer: Customer) -> str:
    """Which state of a customer a form shows."""
    return customer.changed_at.isoformat()


def tags_of(customer: Customer) -> tuple[str, ...]:
    """The names of the tags that a customer wears."""
    return tuple(Tag.objects.filter(wearers__customer=customer).order_by("name").values_list("name", flat=True))


def tag_names() -> list[str]:
    """All tags of the partner, by name."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True))


def where_allowed(actor: Actor, permission: str, customers: Iterable[Customer]) -> list[Customer]:
    """Those of the customers on which the actor holds the permission."""
    allowed = ports.resolver().customers(actor, permission)
    return list(Customer.of_partner.filter(pk__in=allowed).filter(pk__in=[each.pk for each in customers]))


def people_by_address(addresses: Iterable[str]) -> dict[str, int]:
    """The active users of the portal behind these e-mail addresses."""
    wished = {address.casefold() for address in addresses}
    active = Person.objects.active().values_list("email", "pk") if wished else ()
    return {email: pk for email, pk in active if email.casefold() in wished}


def _one(found: M | None) -> M:
    if found is None:
        raise Missing
    return found
