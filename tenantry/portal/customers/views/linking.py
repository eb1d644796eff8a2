"""An authorization link: the form that makes it, its page with copy, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from tenantry.kernel import links
from tenantry.kernel.errors import NotAllowed, Refused
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import actions, forms, queries, rules
from tenantry.portal.customers.forms import InformationForm
from tenantry.portal.customers.models import AuthorizationLink, Draft
from tenantry.portal.customers.views.customer import framed
from tenantry.portal.customers.views.onboarding import NEEDS, choices


@page(NEEDS, of=queries.draft)
def make(request: Request, draft: Draft) -> HttpResponse:
    """Who the customer is and whom to tell; then the link."""
    if draft.pending_id is not None:
        return redirect("customer-link", link_id=draft.link.pk)
    form, recipients = InformationForm.of(draft, ()), ""
    if request.method == "POST":
        form, recipients = InformationForm.sent(request.POST), request.POST.get("recipients", "")[:3000]
        try:
            link = _made(request, draft, form, recipients)
        except NotAllowed:
            raise
        except Refused as error:
            form.blame(error)
        else:
            return redirect("customer-link", link_id=link.pk)
    context: dict[str, Any] = choices(request.actor) | {"draft": draft, "form": form, "recipients": recipients}
    context["mailed"] = request.POST.get("mailed") == "on"
    return render(request, "customers/link_make.html", context, status=422 if form.errors else 200)


def _made(request: Request, draft: Draft, form: InformationForm, recipients: str) -> AuthorizationLink:
    told = rules.split_words(recipients)
    mailed = _mailed(request.POST)
    return actions.make_link(request.actor, draft, form.wish, told, forms.country_codes(), mailed=mailed)


def _mailed(data: QueryDict) -> bool:
    return data.get("mailed") == "on"


@page(NEEDS, of=queries.link, methods=("GET", "HEAD"))
def link(request: Request, link: AuthorizationLink) -> HttpResponse:
    """The link to copy, until when it is good, and the ways to send it again and to revoke it."""
    context = framed(request, link.customer, "") | {"link": link, "told": link.draft.recipients}
    if link.is_open:
        context["address"] = links.address(link)
    return render(request, "customers/link.html", context)


@page(NEEDS, of=queries.link, methods=("POST",))
def resend(request: Request, link: AuthorizationLink) -> HttpResponse:
    """A new link for the same draft."""
    actions.resend(request.actor, link, mailed=_mailed(request.POST))
    return redirect("customer-link", link_id=link.pk)


@page(NEEDS, of=queries.link, methods=("POST",))
def revoke(request: Request, link: AuthorizationLink) -> HttpResponse:
    """The link leads nowhere from now on."""
    actions.revoke(request.actor, link)
    return redirect("customer-link", link_id=link.pk)
