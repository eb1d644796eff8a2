"""Proof: what a browser tells of itself, and the page that asks a signed-in person once more who it is."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme

from tenantry.kernel.residency import claims
from tenantry.kernel.text import _
from tenantry.kernel.web import kept
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.portal.people import actions, queries
from tenantry.portal.people.actions import Browser
from tenantry.portal.people.models import Session
from tenantry.shell import ceremony

HOME = "/"
NOWHERE_TO_GO = ("/sign-", "/profile/prove")
LONGEST_PASSWORD, LONGEST_CODE = 128, 40
MOST_TRIES, WINDOW_MINUTES = 20, 5
_BROWSER_AGE, _BROWSER_SALT = 400 * 24 * 3600, "tenantry.browser"  # the longest that browsers keep a cookie


@page(SIGNED_IN, enrolling=True)
def prove(request: Request) -> HttpResponse:
    """Ask for password and second factor before a sensitive act, and go on with it."""
    target = safe_target(request)
    if kept.brought(request):
        return _ask(request, target, kept.keep(request, target, request.actor.id))
    sealed = request.POST.get(kept.MARK, "")
    if request.method != "POST":
        return _ask(request, target, sealed)
    if too_many_tries(request):
        return _ask(request, target, sealed, _("Too many tries from your network. Wait five minutes."), 429)
    if not _proved(request):
        return _ask(request, target, sealed, _("That is not right, or the account is locked."), 422)
    return go_on(request, target, request.actor.id)


def _proved(request: Request) -> bool:
    """Whether what the form brought, a passkey or else password and code, proves who is asking."""
    if request.POST.get("credential"):
        found = ceremony.answered(request.POST)
        return found is not None and actions.prove_with_passkey(request.actor, own_session(request), found[0])
    password, code = typed(request, "password", LONGEST_PASSWORD + 1), typed(request, "code", LONGEST_CODE)
    return actions.prove(request.actor, own_session(request), password, code, browser_of(request))


def go_on(request: HttpRequest, target: str, person: int) -> HttpResponse:
    """Where a person who has proved who it is goes next: the form that was kept for it, or the page it asked for."""
    form = kept.opened(request.POST.get(kept.MARK, ""), person)
    return kept.again(request, form) if form else HttpResponseRedirect(target)


def _ask(request: Request, target: str, sealed: str, wrong: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "next": target, "kept": sealed, "wrong": wrong, "start": not wrong,
        "factors": queries.factors(request.actor.id), "email": queries.person(request.actor.id).email,
    }  # fmt: skip
    response = render(request, "shell/prove.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def own_session(request: Request) -> Session:
    """The session that the request came in."""
    session: Session = request.session.session
    return session


def safe_target(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, or the home page."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    inside = wished.startswith("/") and url_has_allowed_host_and_scheme(wished, allowed_hosts=None)
    return wished if inside and not wished.startswith(NOWHERE_TO_GO) else HOME


def typed(request: HttpRequest, field: str, longest: int) -> str:
    """What was typed into a field, cut where nothing right can be so long."""
    return request.POST.get(field, "")[:longest]


def address_of(request: HttpRequest) -> str:
    """The network address that the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def too_many_tries(request: HttpRequest) -> bool:
    """Count a try of the network address, and say whether it was one too many."""
    return claims.count_attempt(f"sign-in {address_of(request)}", WINDOW_MINUTES) > MOST_TRIES


def browser_of(request: HttpRequest) -> Browser:
    """What the browser tells of itself; its token is empty where it brings no cookie of ours."""
    agent = request.headers.get("User-Agent", "")
    try:
        token = signing.loads(request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), salt=_BROWSER_SALT)
    except signing.BadSignature:
        token = ""
    return Browser(agent, token)


def with_token(browser: Browser) -> Browser:
    """The browser with a token by which it is known from now on; its own, where it has one."""
    return browser if browser.token else Browser(browser.agent, secrets.token_urlsafe(24))


def remember_browser(response: HttpResponseBase, browser: Browser) -> None:
    """Give the browser the cookie that tells it from browsers in which nobody has signed in."""
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME, signing.dumps(browser.token, salt=_BROWSER_SALT), max_age=_BROWSER_AGE,
        httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


PATTERNS = [path("profile/prove", prove, name="prove")]
