"""The one address at which Microsoft's answers arrive; calls the cloud between two short transactions."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from tenantry.kernel import scope
from tenantry.kernel.errors import Later, Refused
from tenantry.kernel.text import _
from tenantry.kernel.web.page import LINK, Request, page, turned_away
from tenantry.portal.customers import actions, collect, queries, rules
from tenantry.portal.customers.models import Customer, Draft, Handshake
from tenantry.portal.customers.views import visiting
from tenantry.portal.customers.views.onboarding import identify_again, session_of

LONGEST = 4000
Answered = Callable[[Request, Handshake], HttpResponseBase]


@page(LINK, methods=("GET",), own_scope=True)
def answer(request: Request) -> HttpResponseBase:
    """Use up the round trip, ask the cloud, go on; a bad `state` is refused before anything is asked.

    Whoever came by a link is no person of the portal; anybody else must have signed in.
    """
    state = _given(request, "state")
    if state.startswith(actions.BY_LINK):
        return visiting.answered(request, state)
    return turned_away(request, "services") or _to_person(request)


def _to_person(request: Request) -> HttpResponseBase:
    with scope.of(request.actor):
        shaken = actions.take(request.actor, session_of(request), _given(request, "state"))
    if shaken.draft_id is None:
        return _consented_again(request, shaken)
    answered = _signed_in if shaken.purpose == Handshake.Purpose.SIGN_IN else _consented
    try:
        return answered(request, shaken)
    except (Refused, Later) as error:
        with scope.of(request.actor):
            draft = queries.draft(shaken.draft_id)
            if draft.joins_id is not None:
                raise
            return identify_again(request, draft, str(error))


def _signed_in(request: Request, shaken: Handshake) -> HttpResponseBase:
    if _was_declined(request):
        return _declined(request, shaken)
    account = collect.account(_given(request, "code"), shaken.verifier, shaken.nonce)
    with scope.of(request.actor):
        draft = _draft(shaken)
        earlier = actions.identify(request.actor, draft, account)
    if earlier is not None and draft.joins_id is None and (taken_over := _take_over(request, draft, earlier)):
        return taken_over
    with scope.of(request.actor):
        return redirect(actions.ask_consent(request.actor, draft, session_of(request)))


def _take_over(request: Request, draft: Draft, earlier: Draft) -> HttpResponse | None:
    """Open the third step at once where an earlier draft's consent is still in force."""
    try:
        tenant = collect.tenant(draft.tenant_id, rules.INSIGHT, patient=False)
    except Refused:
        return None
    with scope.of(request.actor):
        actions.consented(request.actor, draft, tenant, earlier)
    return redirect("onboard-information", draft_id=draft.pk)


def _consented(request: Request, shaken: Handshake) -> HttpResponseBase:
    if _was_declined(request):
        return _declined(request, shaken)
    with scope.of(request.actor):
        draft = _draft(shaken)
    rules.check_same_tenant(draft.tenant_id, _given(request, "tenant"))
    tenant = collect.tenant(draft.tenant_id, shaken.app, patient=True)
    with scope.of(request.actor):
        actions.consented(request.actor, _draft(shaken), tenant)
        if draft.joins_id is not None:
            return _joined(request, draft)
    return redirect("onboard-information", draft_id=draft.pk)


def _joined(request: Request, draft: Draft) -> HttpResponse:
    """The tenant is added at once: everything else is known of the customer."""
    outcome = actions.onboard(request.actor, draft)
    if not outcome.done:
        raise Refused(str(rules.outcome_text(outcome.code)), code=outcome.code)
    return redirect("customer-tenants", customer_id=draft.joins_id)


def _declined(request: Request, shaken: Handshake) -> HttpResponse:
    with scope.of(request.actor):
        actions.consent_declined(request.actor, _draft(shaken), _reason(request))
        if (joins := _draft(shaken).joins_id) is not None:
            return redirect("customer-tenant-add", customer_id=joins)
    return redirect("onboard-identify", draft_id=shaken.draft_id)


def _consented_again(request: Request, shaken: Handshake) -> HttpResponseBase:
    if _was_declined(request):
        raise Refused(_reason(request), code="declined")
    with scope.of(request.actor):
        profile = queries.profile(shaken.profile_id or 0)
        expected, gone = profile.tenant.tenant_id, profile.customer.state == Customer.State.DISCONNECTED
    rules.check_same_tenant(expected, _given(request, "tenant"))
    tenant = collect.tenant(expected, shaken.app, patient=True)
    with scope.of(request.actor):
        act = actions.reconnect if gone else actions.consented_again
        act(request.actor, queries.profile(profile.pk), tenant)
    return redirect("customer-tenants", customer_id=profile.customer_id)


def _draft(shaken: Handshake) -> Draft:
    return queries.draft(shaken.draft_id or 0)


def _was_declined(request: Request) -> bool:
    return "error" in request.GET


def _reason(request: Request) -> str:
    """Microsoft's own words; a code where it gives none."""
    said = _given(request, "error_description") or _given(request, "error")
    return said[:1000] or _("The consent was declined at Microsoft.")


def _given(request: Request, name: str) -> str:
    return request.GET.get(name, "")[:LONGEST]
