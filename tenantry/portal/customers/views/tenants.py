"""What a customer's tenants hold: users, groups, licences, and how far their reading is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenantry.engines.inventory import queries as inventory
from tenantry.kernel.errors import Missing, NotAllowed, Refused
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import actions, queries
from tenantry.portal.customers.models import AppProfile, Customer, Tenant
from tenantry.portal.customers.views import reading, wording
from tenantry.portal.customers.views.adding import invited
from tenantry.portal.customers.views.customer import framed
from tenantry.portal.customers.views.onboarding import session_of, to_microsoft

VIEW = "customers.view"
LONGEST = 100


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def tenants(request: Request, customer: Customer) -> HttpResponse:
    """The tenants with their domains and app profiles, and the first read while it runs."""
    context = framed(request, customer, "tenants") | {
        "domains": inventory.domains(customer.pk),
        "links": queries.open_links(customer),
        "allowances": inventory.allowances(customer.pk),
        "told": inventory.told(customer.pk),
    }
    return render(request, "customers/tenants.html", context | reading.progress(customer))


@page(VIEW, of=queries.customer, methods=("GET", "HEAD"))
def first_read(request: Request, customer: Customer) -> HttpResponse:
    """The progress alone, asked for every two seconds while something is read."""
    context: dict[str, Any] = {"customer": customer} | reading.progress(customer)
    short = "short" in request.GET
    if short and not context["running"]:
        return HttpResponse(headers={"HX-Refresh": "true"})  # the page has more to show now
    return render(request, "customers/first_read_short.html" if short else "customers/progress.html", context)


@page(VIEW, of=queries.tenant, methods=("GET", "HEAD"))
def tenant(request: Request, tenant: Tenant) -> HttpResponse:  # noqa: ARG001  # a view
    """A tenant's own address leads to its customer's page."""
    return redirect("customer-tenants", customer_id=tenant.customer_id)


def _profile(customer_id: int, profile_id: int) -> AppProfile:
    profile = queries.profile(profile_id)
    if profile.customer_id != customer_id:
        raise Missing
    return profile


@page("customers.consent", of=_profile)
def consent(request: Request, profile: AppProfile) -> HttpResponse:
    """What is asked for again, and the way to Microsoft: beside the administrator, or by a link."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(_asked(request, profile))
        except NotAllowed:
            raise
        except Refused as error:
            errors[error.field] = str(error)
    context = framed(request, profile.customer, "tenants") | wording.permissions()
    context |= {"profile": profile, "errors": errors, "email": request.POST.get("email", profile.customer.email)}
    context |= {"recipients": request.POST.get("recipients", ""), "mailed": request.POST.get("mailed") == "on"}
    return to_microsoft(render(request, "customers/consent.html", context, status=422 if errors else 200))


def _asked(request: Request, profile: AppProfile) -> str:
    if request.POST.get("how") == "link":
        return f"/customers/links/{actions.link_consent(request.actor, profile, invited(request.POST)).pk}"
    return actions.consent_again(request.actor, profile, session_of(request))
