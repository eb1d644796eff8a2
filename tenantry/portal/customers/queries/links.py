"""Authorization links."""

from __future__ import annotations

from tenantry.kernel import clock
from tenantry.kernel.errors import Missing
from tenantry.portal.customers.models import AuthorizationLink, Customer


def link(link_id: int) -> AuthorizationLink:
    """One link of a customer that the actor may see; Missing for any other."""
    rows = AuthorizationLink.objects.select_related("customer", "draft").filter(pk=link_id)
    found = rows.filter(customer__in=Customer.objects.all()).first()
    if found is None:
        raise Missing
    return found


def link_of(customer: Customer) -> AuthorizationLink | None:
    """The link by which a customer was, or is to be, connected."""
    return AuthorizationLink.objects.filter(customer=customer, draft__joins_id=None).first()


def open_links(customer: Customer) -> list[AuthorizationLink]:
    """The links by which a connected customer's administrator may add a tenant or consent again."""
    rows = AuthorizationLink.objects.filter(customer=customer, draft__joins_id=customer.pk, used_at=None)
    return list(rows.filter(ends_at__gt=clock.now()).select_related("draft").order_by("ends_at"))


def waiting_link(link_id: int) -> AuthorizationLink | None:
    """The link of that id while somebody may follow it."""
    row = AuthorizationLink.objects.select_related("customer").filter(pk=link_id).first()
    return row if row is not None and row.is_open else None
