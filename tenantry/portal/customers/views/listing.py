"""The customers page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import queries
from tenantry.portal.customers.queries.listing import Wish

VIEW = "customers.view"


@page(VIEW, methods=("GET", "HEAD"))
def customers(request: Request) -> HttpResponse:
    """The list."""
    rows = queries.listing.rows(queries.listing.listed(Wish())[:50])
    return render(
        request, "customers/customers.html", {"rows": rows, "may_onboard": request.actor.holds("customers.onboard")}
    )


@page(VIEW, methods=("POST",))
def bulk(request: Request) -> HttpResponse:
    """Acts on many."""
    return redirect("customers")
