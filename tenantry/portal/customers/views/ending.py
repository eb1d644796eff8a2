"""Disconnecting a customer, and connecting it again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenantry.kernel.errors import NotAllowed, Refused
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import actions, queries
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.views import wording
from tenantry.portal.customers.views.customer import framed
from tenantry.portal.customers.views.onboarding import session_of, to_microsoft


@page("customers.disconnect", of=queries.customer, fresh=True)
def disconnect(request: Request, customer: Customer) -> HttpResponse:
    """What ends and what stays; the name must be typed."""
    typed, error = request.POST.get("typed", "")[:200], ""
    if request.method == "POST":
        try:
            actions.disconnect(request.actor, customer, typed)
        except NotAllowed:
            raise
        except Refused as refused:
            error = str(refused)
        else:
            return redirect("customer", customer_id=customer.pk)
    context = framed(request, customer, "") | {"typed": typed, "error": error}
    return render(request, "customers/disconnect.html", context, status=422 if error else 200)


@page("customers.onboard", of=queries.customer)
def reconnect(request: Request, customer: Customer) -> HttpResponse:
    """What comes back, and the way to Microsoft: consent is asked for again."""
    if request.method == "POST":
        return redirect(actions.ask_reconnect(request.actor, customer, session_of(request)))
    context = framed(request, customer, "") | wording.permissions()
    return to_microsoft(render(request, "customers/reconnect.html", context))
