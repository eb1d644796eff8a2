"""Customers over REST: the list, one of them, how far it is read, and a fresh read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.queries import Figure
from tenantry.kernel.errors import Interrupted
from tenantry.kernel.rest.operation import operation
from tenantry.kernel.rest.paging import paged
from tenantry.kernel.text import _
from tenantry.kernel.web.page import Request
from tenantry.portal.customers import actions, queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.queries import listing

ROUTER = Router()
VIEW = "customers.view"


@ROUTER.get("/customers")
@operation(VIEW)
def customers(request: Request, after: str = "", limit: int = 50, q: str = "") -> dict[str, Any]:  # noqa: ARG001
    """The customers that the caller may see, by name."""
    rows = listing.searched(listing.shown(), q[:100]) if q else listing.shown()
    return paged(rows, key="sort_key", after=after, limit=limit, show=_brief)


@ROUTER.get("/customers/{customer_id}")
@operation(VIEW, of=queries.customer, by="customer_id")
def customer(request: Request, customer_id: int) -> dict[str, Any]:  # noqa: ARG001  # found by the decorator
    """One customer with its tenants and figures; a figure that was never read says why."""
    overview = queries.overview(request.found)  # type: ignore[attr-defined]  # by the decorator
    shown = ("users", "guests", "groups", "domains", "seats_bought", "seats_assigned")
    return _brief(overview.customer) | {
        "tags": [tag.name for tag in overview.tags],
        "tenants": [{"id": str(each.pk), "tenant_id": each.tenant_id, "default_domain": each.default_domain}
                    for each in overview.tenants],
        "apps": [{"app": each.app, "status": each.status, "missing": each.missing} for each in overview.profiles],
        "figures": {name: _figure(getattr(overview.figures, name)) for name in shown} if overview.figures else {},
    }  # fmt: skip


@ROUTER.get("/customers/{customer_id}/kinds")
@operation(VIEW, of=queries.customer, by="customer_id")
def kinds(request: Request, customer_id: int) -> dict[str, Any]:  # noqa: ARG001  # the decorator's
    """How far each kind of the customer's tenants is read."""
    return {
        "value": [
            {"kind": view.kind, "tenant_id": view.tenant_id, "phase": view.phase, "state": view.state,
             "objects": view.objects, "of": view.of, "reason": view.reason, "as_of": view.stamp.at}
            for view in inventory.kinds(customer_id)
        ]
    }  # fmt: skip


@ROUTER.post("/customers/{customer_id}/sync")
@operation("customers.sync", of=queries.customer, by="customer_id")
def sync(request: Request, customer_id: int) -> HttpResponse:  # noqa: ARG001  # found by the decorator
    """Have the customer read now; repeated within a minute it changes nothing. Refuses a call without its key (400)."""
    if not request.headers.get("Idempotency-Key"):
        raise Interrupted(_("Send an Idempotency-Key."), code="idempotency_key_missing")
    actions.read_now(request.actor, request.found)  # type: ignore[attr-defined]  # by the decorator
    return HttpResponse(status=202)


def _brief(row: Customer) -> dict[str, Any]:
    return {
        "id": str(row.pk), "short_id": row.short_id, "organisation": row.organisation, "country": row.country,
        "kind": row.kind, "data_centre": row.data_centre, "mode": row.mode, "state": row.state, "email": row.email,
        "onboarded_at": row.onboarded_at,
    }  # fmt: skip


def _figure(found: Figure) -> dict[str, Any]:
    if found.value is None:
        return {"unknown": found.stamp.reason or found.stamp.state}
    return {"value": found.value, "as_of": found.stamp.at}
