"""What the visitor of an authorization link sees: who asks, for what, and Microsoft's two pages in between.

The visitor has no session: a cookie for these pages alone holds the link's token and what binds it to the browser.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tenantry.kernel import links, scope
from tenantry.kernel.errors import Gone, Later, Refused
from tenantry.kernel.text import _
from tenantry.kernel.web.page import LINK, Request, page
from tenantry.portal.customers import actions, collect, rules
from tenantry.portal.customers.models import AuthorizationLink, Handshake
from tenantry.portal.customers.models.onboarding import hashed
from tenantry.portal.customers.views import wording
from tenantry.portal.customers.views.onboarding import to_microsoft
from tenantry.portal.partners import queries as partners

COOKIE, PLACE = "tn_link", "/connect"
SECONDS = 60 * 60
_SALT = "tenantry.link"


@page(LINK, own_scope=True)
def visit(request: Request, token: str) -> HttpResponse:
    """Who asks and for what; going on binds the link to this browser and leads to Microsoft."""
    with _followed(request, token) as link:
        if request.method != "POST":
            return _welcome(request, link)
        secret = _held(request)[1] or secrets.token_urlsafe(32)
        address = actions.enter(scope.current().actor, link, hashed(secret))
    response = redirect(address)
    response.set_cookie(COOKIE, signing.dumps([token, secret], salt=_SALT), max_age=SECONDS, path=PLACE, httponly=True,
                        samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    return response


def answered(request: Request, state: str) -> HttpResponse:
    """An answer of Microsoft to a link's visitor: the sign-in, then the consent."""
    token, secret = _held(request)
    with _followed(request, token) as link:
        shaken = actions.take_by_link(scope.current().actor, link, hashed(secret), state)
    try:
        if "error" in request.GET:
            return _declined(request, token)
        answer = _signed_in if shaken.purpose == Handshake.Purpose.SIGN_IN else _consented
        return answer(request, token, shaken)
    except (Refused, Later) as error:
        with _followed(request, token) as link:
            return _welcome(request, link, str(error))


def _signed_in(request: Request, token: str, shaken: Handshake) -> HttpResponse:
    account = collect.account(request.GET.get("code", "")[:4000], shaken.verifier, shaken.nonce)
    with _followed(request, token) as link:
        return redirect(actions.identify_by_link(scope.current().actor, link, account, link.browser))


def _consented(request: Request, token: str, shaken: Handshake) -> HttpResponse:
    with _followed(request, token) as link:
        expected = link.draft.tenant_id
    rules.check_same_tenant(expected, request.GET.get("tenant", "")[:100])
    tenant = collect.tenant(expected, shaken.app, patient=True)
    with _followed(request, token) as link:
        outcome = actions.complete(scope.current().actor, link, tenant)
        if not outcome.done:
            return _welcome(request, link, str(rules.outcome_text(outcome.code)))
        response = render(request, "customers/visit_done.html", {"partner": partners.name(), "draft": link.draft})
    response.delete_cookie(COOKIE, path=PLACE)
    return response


def _declined(request: Request, token: str) -> HttpResponse:
    said = request.GET.get("error_description", "") or request.GET.get("error", "")
    with _followed(request, token) as link:
        actions.decline_by_link(scope.current().actor, link, said)
        return _welcome(request, link, said[:1000] or _("The consent was declined at Microsoft."))


def _welcome(request: Request, link: AuthorizationLink, error: str = "") -> HttpResponse:
    context = wording.permissions() | {"partner": partners.name(), "link": link, "draft": link.draft, "error": error}
    context["action"] = AuthorizationLink.path.format(token=links.token(link))
    response = to_microsoft(render(request, "customers/visit.html", context, status=422 if error else 200))
    response["Cache-Control"] = "no-store"  # what the link shows is for whoever holds it
    return response


@contextmanager
def _followed(request: Request, token: str) -> Iterator[AuthorizationLink]:
    """The link that the token leads to, for the browser that it is bound to; Gone, and how to go on, otherwise."""
    try:
        with links.follow(AuthorizationLink, token, request.META.get("REMOTE_ADDR", "")) as link:
            request.actor = scope.current().actor
            link.check_browser(hashed(_held(request)[1]))
            yield link
    except Gone as gone:
        raise Gone(_("Ask your provider for a new link.")) from gone


def _held(request: Request) -> tuple[str, str]:
    """The token and the secret that the browser holds; empty where it holds none."""
    try:
        token, secret = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        return "", ""
    return str(token), str(secret)
