"""Authorization links."""

from __future__ import annotations

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
    return AuthorizationLink.objects.filter(customer=customer).first()


def waiting_link(link_id: int) -> AuthorizationLink | None:
    """The link of that id while somebody may follow it."""
    row = AuthorizationLink.objects.select_related("customer").filter(pk=link_id).first()
    return row if row is not None and row.is_open else None
