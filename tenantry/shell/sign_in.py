"""Signing in and out, and the language before anybody is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme

from tenantry.kernel import scope
from tenantry.kernel.residency import claims
from tenantry.kernel.text import LANGUAGES, _
from tenantry.kernel.web.door import NOWHERE, clear_route, set_route
from tenantry.kernel.web.page import PUBLIC, SIGNED_IN, Request, page
from tenantry.portal.people import actions
from tenantry.portal.people.actions import Opened

HOME = "/"
MOST_TRIES, WINDOW_MINUTES = 20, 5
DEADLINE = 1.0
LONGEST_EMAIL, LONGEST_PASSWORD = 254, 128
pause: Callable[[float], None] = time.sleep  # tests do not wait


@page(PUBLIC, own_scope=True)
def sign_in(request: Request) -> HttpResponse:
    """E-mail and password; leads on to where the person wanted to go."""
    target = safe_target(request)
    if request.method != "POST":
        return HttpResponseRedirect(target) if request.actor.kind == "person" else _form(request, target)
    request.actor, started = NOWHERE, time.monotonic()
    if "language" in request.POST:
        return _choose_language(request, target)
    if claims.count_attempt(f"sign-in {_address(request)}", WINDOW_MINUTES) > MOST_TRIES:
        return _too_many(request, target)
    opened = _open(request)
    if opened is None:
        wait_for_deadline(started)
        wrong = _("E-mail or password is not right, or the account is locked.")
        return _form(request, target, wrong, status=422)
    response = HttpResponseRedirect(target)
    set_route(response, opened.partner, opened.region, opened.key)
    return response


@page(SIGNED_IN, methods=("POST",))
def sign_out(request: Request) -> HttpResponse:
    """End this browser's session."""
    actions.sign_out(request.actor, request.session.session)  # type: ignore[attr-defined]  # our SessionStore
    response = HttpResponseRedirect("/sign-in")
    clear_route(response)
    return response


def _choose_language(request: HttpRequest, target: str) -> HttpResponse:
    """Remember the language of this browser until a profile says otherwise."""
    response = HttpResponseRedirect(f"/sign-in?{urlencode({'next': target})}")
    wished = request.POST["language"]
    if wished in dict(LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wished, max_age=365 * 24 * 3600, samesite="Lax",
                            httponly=True, secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    return response


def _open(request: Request) -> Opened | None:
    """Try the password where the address lives; the directory knows by a keyed hash."""
    email = request.POST.get("email", "")[:LONGEST_EMAIL]
    password = request.POST.get("password", "")[: LONGEST_PASSWORD + 1]
    place = claims.route("email", email)
    if place is None or place.region not in settings.REGIONS:
        return None
    browser = request.headers.get("User-Agent", "")
    with scope.route(place.partner, place.region, _address(request)) as opened:
        return actions.sign_in(opened.actor, email, password, browser)


def wait_for_deadline(started: float) -> None:
    """Answer a refusal one second after the request, else at the next full second, whoever was asked for."""
    spent = time.monotonic() - started
    pause(DEADLINE - spent % DEADLINE)


def safe_target(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, or the home page."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    inside = wished.startswith("/") and url_has_allowed_host_and_scheme(wished, allowed_hosts=None)
    return wished if inside and not wished.startswith("/sign-") else HOME


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _form(request: HttpRequest, target: str, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {"next": target, "wrong": wrong, "email": request.POST.get("email", "")[:LONGEST_EMAIL],
               "start": not wrong}  # fmt: skip
    response = render(request, "shell/sign_in.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _too_many(request: HttpRequest, target: str) -> HttpResponse:
    response = _form(request, target, _("Too many tries from your network. Wait five minutes."), status=429)
    response["Retry-After"] = str(WINDOW_MINUTES * 60)
    return response


PATTERNS = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", sign_out, name="sign_out"),
]
