"""The wizard: four steps, each with its own address."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Later, Refused
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import actions, collect, forms, queries, rules
from tenantry.portal.customers.forms import InformationForm
from tenantry.portal.customers.models import Customer, Draft
from tenantry.portal.customers.views import wording

NEEDS = "customers.onboard"


@page(NEEDS)
def ways(request: Request) -> HttpResponse:
    """The panel with all six ways, and the drafts that wait to be resumed."""
    refused = ""
    if request.method == "POST":
        try:
            draft = actions.start(request.actor, request.POST.get("kind", "")[:20])
        except Refused as error:
            refused = str(error)
        else:
            return redirect("onboard-resume", draft_id=draft.pk)
    drafts = queries.unfinished(request.actor)[:10]
    context = {"ways": rules.ways(settings.EDITION), "drafts": drafts, "refused": refused}
    return render(request, "customers/onboard.html", context, status=422 if refused else 200)


@page(NEEDS, of=queries.draft, methods=("GET", "HEAD"))
def resume(request: Request, draft: Draft) -> HttpResponse:  # noqa: ARG001  # a view
    """Where the draft was left."""
    if draft.customer_id is not None:
        return redirect("customer", customer_id=draft.customer_id)
    if draft.kind == rules.LINK:
        return redirect("onboard-link", draft_id=draft.pk)
    return redirect(f"onboard-{rules.STEPS[draft.step - 1]}", draft_id=draft.pk)


@page(NEEDS, of=queries.draft, methods=("GET", "HEAD"))
def account(request: Request, draft: Draft) -> HttpResponse:
    """Step 1: which way was chosen; another one is another draft."""
    return render(request, "customers/onboard_account.html", step(draft, 1) | {"ways": rules.ways(settings.EDITION)})


@page(NEEDS, of=queries.draft, methods=("GET", "HEAD"))
def identify(request: Request, draft: Draft) -> HttpResponse:
    """Step 2: what the app may do there, and the way to Microsoft."""
    return identify_again(request, draft)


def identify_again(request: Request, draft: Draft, error: str = "") -> HttpResponse:
    """Step 2, with what went wrong at Microsoft."""
    context = step(draft, 2) | wording.permissions() | {"error": error or draft.problem}
    return to_microsoft(render(request, "customers/onboard_identify.html", context, status=422 if error else 200))


@page(NEEDS, of=queries.draft, methods=("POST",))
def sign_in(request: Request, draft: Draft) -> HttpResponse:
    """Leave for Microsoft."""
    return redirect(actions.sign_in(request.actor, draft, session_of(request)))


@page(NEEDS, of=queries.draft)
def information(request: Request, draft: Draft) -> HttpResponse:
    """Step 3: who the customer is, and where its data is kept."""
    form = InformationForm.of(draft, tuple(draft.tags), frozenset(draft.groups))
    if request.method == "POST":
        form = InformationForm.sent(request.POST)
        try:
            actions.inform(request.actor, draft, form.wish, forms.country_codes())
        except Refused as error:
            form.blame(error)
        else:
            return redirect("onboard-confirm", draft_id=draft.pk)
    elif draft.step < 3:
        return redirect("onboard-identify", draft_id=draft.pk)
    context = step(draft, 3) | choices(request.actor) | {"form": form}
    return render(request, "customers/onboard_information.html", context, status=422 if form.errors else 200)


@page(NEEDS, of=queries.draft, methods=("GET", "HEAD"))
def data_centre(request: Request, draft: Draft) -> HttpResponse:
    """The field for the data centre, preset from the country that was just chosen."""
    country = request.GET.get("country", "")[:2]
    form = InformationForm.of(draft, ())
    form.values |= {"country": country, "data_centre": queries.preset(country)}
    context = {"draft": draft, "form": form, "data_centres": forms.data_centres()}
    return render(request, "customers/data_centre.html", context)


@page(NEEDS, of=queries.draft)
def confirm(request: Request, draft: Draft) -> HttpResponse:
    """Step 4: services, whom to tell, the summary, and the act itself."""
    if draft.step < 4:
        return redirect("onboard-resume", draft_id=draft.pk)
    context: dict[str, Any] = step(draft, 4) | {"recipients": "\n".join(draft.recipients)}
    if request.method == "POST":
        context["recipients"] = request.POST.get("recipients", "")[:3000]
        try:
            outcome = actions.onboard(request.actor, draft, rules.split_words(context["recipients"]))
        except (Refused, Conflict) as error:
            context["errors"] = {error.field: str(error)}
        else:
            if outcome.done:
                return redirect("customer-tenants", customer_id=outcome.customer)
            context |= {"outcome": outcome, "outcome_text": rules.outcome_text(outcome.code)}
    status = 422 if "errors" in context or "outcome" in context else 200
    return render(request, "customers/onboard_confirm.html", context | summary(draft), status=status)


@page(NEEDS, of=queries.draft, methods=("POST",))
def discard(request: Request, draft: Draft) -> HttpResponse:
    """Give the draft up."""
    actions.discard(request.actor, draft)
    return redirect("onboard")


def to_microsoft(response: HttpResponse) -> HttpResponse:
    """Let a form of the page lead to Microsoft: a browser follows a redirect only where the page's policy allows it."""
    with contextlib.suppress(Later):  # the simulated cloud has no address before it has run
        response._csp_update = {"form-action": collect.browser_origin()}  # type: ignore[attr-defined]  # read by django-csp
    return response


def step(draft: Draft, number: int) -> dict[str, Any]:
    """What each step's page needs."""
    return {"draft": draft, "step": number, "steps": wording.steps(draft, number)}


def choices(actor: Actor) -> dict[str, Any]:
    """What is chosen from when a customer is described."""
    return {
        "countries": forms.countries(),
        "data_centres": forms.data_centres(),
        "modes": Customer.Mode.choices,
        "group_choices": queries.groups_for(actor, NEEDS),
        "must_choose_group": queries.own_groups(actor, NEEDS) is not None,
        "tag_names": queries.tag_names(),
    }


def summary(draft: Draft) -> dict[str, Any]:
    """What the last step shows before anything is written."""
    return {
        "country": forms.country_name(draft.country),
        "data_centre": dict(forms.data_centres()).get(draft.data_centre, draft.data_centre),
        "mode": Customer.Mode(draft.mode).label if draft.mode else Customer.Mode.UNDECIDED.label,
        "group_names": queries.names_of_groups(draft.groups),
    }


def session_of(request: Request) -> str:
    """What tells this browser session from others; no secret, the key itself is never stored."""
    return str(request.session.session.key_hash)
