"""Adding a tenant to a customer: by the administrator who sits beside, or by a link."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from tenantry.kernel.errors import NotAllowed, Refused
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import actions, collect, queries, rules
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.rules import Invited
from tenantry.portal.customers.views import wording
from tenantry.portal.customers.views.customer import framed
from tenantry.portal.customers.views.onboarding import NEEDS, session_of, to_microsoft

TYPED = ("name", "sharepoint_admin", "email", "recipients")


@page(NEEDS, of=queries.customer)
def tenant(request: Request, customer: Customer) -> HttpResponse:
    """What the tenant is called here, and which way its administrator consents."""
    typed, errors = {name: request.POST.get(name, "").strip()[:3000] for name in TYPED}, {}
    if request.method == "POST":
        try:
            return redirect(_begun(request, customer, typed["name"][:200], typed["sharepoint_admin"][:300]))
        except NotAllowed:
            raise
        except Refused as error:
            errors[error.field] = str(error)
    context = framed(request, customer, "tenants") | wording.permissions() | typed | {"errors": errors}
    context |= {"mailed": request.POST.get("mailed") == "on", "cloud": collect.cloud_name()}
    page = render(request, "customers/tenant_add.html", context, status=422 if errors else 200)
    return to_microsoft(page)


def _begun(request: Request, customer: Customer, name: str, sharepoint_admin: str) -> str:
    if request.POST.get("how") == "link":
        link = actions.link_tenant(request.actor, customer, (name, sharepoint_admin), invited(request.POST))
        return f"/customers/links/{link.pk}"
    draft = actions.add_tenant(request.actor, customer, name, sharepoint_admin)
    return actions.sign_in(request.actor, draft, session_of(request))


def invited(data: QueryDict) -> Invited:
    """Whom a link is for, as a form sent it."""
    told = rules.split_words(data.get("recipients", "")[:3000])
    return Invited(data.get("email", "").strip()[:300], told, data.get("mailed") == "on")
