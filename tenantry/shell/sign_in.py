"""Signing in and out, and the language before anybody is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path

from tenantry.kernel import scope
from tenantry.kernel.residency import claims
from tenantry.kernel.text import LANGUAGES, _
from tenantry.kernel.web import kept
from tenantry.kernel.web.door import NOWHERE, clear_route, set_route
from tenantry.kernel.web.page import PUBLIC, SIGNED_IN, Request, page
from tenantry.portal.people import actions
from tenantry.portal.people.actions import Browser, Halfway, Opened
from tenantry.shell import step
from tenantry.shell.proof import (
    LONGEST_CODE,
    LONGEST_PASSWORD,
    WINDOW_MINUTES,
    address_of,
    browser_of,
    go_on,
    own_session,
    remember_browser,
    safe_target,
    too_many_tries,
    typed,
    with_token,
)
from tenantry.shell.sessions import why_signed_out

DEADLINE = 1.0
LONGEST_EMAIL = 254
pause: Callable[[float], None] = time.sleep  # tests do not wait


@page(PUBLIC, own_scope=True)
def sign_in(request: Request) -> HttpResponse:
    """E-mail and password; leads on to a second factor, or to where the person wanted to go."""
    target, started = safe_target(request), time.monotonic()
    if kept.brought(request) or request.method != "POST":
        return _start(request, target)
    request.actor = NOWHERE
    if "language" in request.POST:
        return _choose_language(request, target)
    if too_many_tries(request):
        return too_many(request, "shell/sign_in.html", target)
    browser = with_token(browser_of(request))
    opened = _open(request, browser)
    if opened is None:
        wait_for_deadline(started)
        return refuse(request, target, _("E-mail or password is not right, or the account is locked."))
    return enter(request, opened, browser) if isinstance(opened, Opened) else _second(request, target, opened)


@page(PUBLIC, own_scope=True)
def second_factor(request: Request) -> HttpResponse:
    """The code that follows a right password."""
    request.actor, started = NOWHERE, time.monotonic()
    target, half = safe_target(request), step.halfway(request)
    if half is None:
        return HttpResponseRedirect(f"/sign-in?{urlencode({'next': target})}")
    if request.method != "POST":
        return _code_form(request, target)
    if too_many_tries(request):
        return too_many(request, "shell/sign_in_code.html", target)
    browser = with_token(browser_of(request))
    with scope.route(half.partner, half.region, address_of(request)) as opened:
        entered = actions.sign_in_with_code(opened.actor, half, typed(request, "code", LONGEST_CODE), browser)
    if entered is None:
        wait_for_deadline(started)
        return _code_form(request, target, wrong=_wrong_code(request), status=422)
    return enter(request, entered, browser)


@page(SIGNED_IN, methods=("POST",), enrolling=True)
def sign_out(request: Request) -> HttpResponse:
    """End this browser's session."""
    actions.sign_out(request.actor, own_session(request))
    response = HttpResponseRedirect("/sign-in")
    clear_route(response)
    return response


def _start(request: Request, target: str) -> HttpResponse:
    """The empty form; for somebody whose session has ended, with the form it had sent."""
    if request.actor.kind == "person":
        return HttpResponseRedirect(target)
    told, former = why_signed_out(request), request.former.former() if request.former else None
    if former is None or not kept.brought(request):
        return _form(request, target, told=told)
    return _form(request, target, told=told, kept=kept.keep(request, target, former), email="")


def _choose_language(request: HttpRequest, target: str) -> HttpResponse:
    """Remember the language of this browser until a profile says otherwise."""
    response = HttpResponseRedirect(f"/sign-in?{urlencode({'next': target})}")
    wished = request.POST["language"]
    if wished in dict(LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wished, max_age=365 * 24 * 3600, samesite="Lax",
                            httponly=True, secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    return response


def _open(request: Request, browser: Browser) -> Opened | Halfway | None:
    """Try the password where the address lives; the directory knows by a keyed hash."""
    email = typed(request, "email", LONGEST_EMAIL)
    password = typed(request, "password", LONGEST_PASSWORD + 1)
    place = claims.route("email", email)
    if place is None or place.region not in settings.REGIONS:
        return None
    with scope.route(place.partner, place.region, address_of(request)) as opened:
        return actions.sign_in(opened.actor, email, password, browser)


def enter(request: HttpRequest, opened: Opened, browser: Browser) -> HttpResponse:
    """Go in: the cookies of session and browser, and the page or form that was waiting."""
    response = go_on(request, safe_target(request), opened.person)
    set_route(response, opened.partner, opened.region, opened.key)
    remember_browser(response, browser)
    step.forget(response)
    return response


def _second(request: HttpRequest, target: str, half: Halfway) -> HttpResponse:
    """Lead to the second step; a form that is kept goes along in its page."""
    response: HttpResponse = HttpResponseRedirect(f"/sign-in/second-factor?{urlencode({'next': target})}")
    if request.POST.get(kept.MARK):
        response = _code_form(request, target)
    step.remember(response, half)
    return response


def _wrong_code(request: HttpRequest) -> str:
    if request.POST.get("again"):
        return _("Code not accepted; check your device's time.")
    return _("Code not accepted.")


def wait_for_deadline(started: float) -> None:
    """Answer a refusal one second after the request, else at the next full second, whoever was asked for."""
    spent = time.monotonic() - started
    pause(DEADLINE - spent % DEADLINE)


def refuse(request: Request, target: str, wrong: str) -> HttpResponse:
    """The form again, with why nobody was let in."""
    return _form(request, target, wrong=wrong, status=422)


def _form(request: Request, target: str, status: int = 200, **more: Any) -> HttpResponse:
    more = {"kept": request.POST.get(kept.MARK, ""), "email": typed(request, "email", LONGEST_EMAIL)} | more
    return _answer(request, "shell/sign_in.html", status, {"next": target, "start": status == 200, **more})


def _code_form(request: HttpRequest, target: str, wrong: str = "", status: int = 200) -> HttpResponse:
    context = {"next": target, "kept": request.POST.get(kept.MARK, ""), "wrong": wrong}
    return _answer(request, "shell/sign_in_code.html", status, context)


def _answer(request: HttpRequest, template: str, status: int, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def too_many(request: HttpRequest, template: str, target: str) -> HttpResponse:
    """The page again, for a network address that has tried too often."""
    wrong = _("Too many tries from your network. Wait five minutes.")
    context = {"next": target, "kept": request.POST.get(kept.MARK, ""), "wrong": wrong}
    response = _answer(request, template, 429, context | {"email": typed(request, "email", LONGEST_EMAIL)})
    response["Retry-After"] = str(WINDOW_MINUTES * 60)
    return response


PATTERNS = [
    path("sign-in", sign_in, name="sign_in"),
    path("sign-in/second-factor", second_factor, name="sign_in_second_factor"),
    path("sign-out", sign_out, name="sign_out"),
]
