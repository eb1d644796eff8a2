"""Where the links of mails lead: accepting an invitation, choosing a new password, asking for another link."""

from __future__ import annotations

import contextlib
import time

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from tenantry.kernel import links, scope
from tenantry.kernel.errors import Gone, Refused
from tenantry.kernel.residency import claims
from tenantry.kernel.web import forms
from tenantry.kernel.web.page import LINK, PUBLIC, Request, page
from tenantry.portal.partners import queries as partners
from tenantry.portal.people import actions
from tenantry.portal.people.actions import Newcomer
from tenantry.portal.people.models import Invitation, Reset
from tenantry.shell.proof import LONGEST_PASSWORD, MOST_TRIES, WINDOW_MINUTES, address_of, typed
from tenantry.shell.sign_in import LONGEST_EMAIL, wait_for_deadline

LONGEST_NAME, LONGEST_TOKEN = 100, 100


@page(LINK, link=Invitation)
def invitation(request: Request, row: Invitation) -> HttpResponse:
    """An invited person chooses name and password, and may sign in."""
    if request.method != "POST":
        return _invited(request, row)
    first, last = (typed(request, field, LONGEST_NAME).strip() for field in ("first_name", "last_name"))
    newcomer = Newcomer(first, last, typed(request, "password", LONGEST_PASSWORD + 1))
    try:
        actions.accept_invitation(request.actor, row, newcomer)
    except Refused as error:
        return _invited(request, row, error)
    return _no_store(render(request, "shell/invitation_accepted.html", {"partner": partners.name()}))


@page(LINK, link=Reset)
def reset(request: Request, row: Reset) -> HttpResponse:
    """A person who has forgotten its password chooses another."""
    error = None
    if request.method == "POST":
        try:
            actions.reset_password(request.actor, row, typed(request, "password", LONGEST_PASSWORD + 1))
            return _no_store(render(request, "shell/password_reset_done.html"))
        except Refused as refused:
            error = refused
    context = {"email": row.person.email, "error": error, "wrong": forms.wrong(error)}
    return _no_store(render(request, "shell/password_reset.html", context, status=error.status if error else 200))


@page(PUBLIC, own_scope=True)
def forgot(request: Request) -> HttpResponse:
    """Ask for a link to choose a new password; the answer is the same for every address."""
    started, asked = time.monotonic(), request.method == "POST"
    if asked and _may_try(request):
        email = typed(request, "email", LONGEST_EMAIL)
        place = claims.route("email", email)
        if place is not None and place.region in settings.REGIONS:
            with scope.route(*place, address_of(request)) as opened:
                actions.ask_reset(opened.actor, email)
    if asked:
        wait_for_deadline(started)
    return _no_store(render(request, "shell/password_forgot.html", {"asked": asked}))


@page(PUBLIC, own_scope=True, methods=("POST",))
def invitation_again(request: Request) -> HttpResponse:
    """A new link in place of a lapsed one; the answer is the same whether there was one."""
    with contextlib.suppress(Gone, Refused), _lapsed(request, Invitation) as row:
        actions.ask_invitation_again(scope.current().actor, row)
    return render(request, "shell/link_sent.html")


@page(PUBLIC, own_scope=True, methods=("POST",))
def reset_again(request: Request) -> HttpResponse:
    """A new link in place of a lapsed one; the answer is the same whether there was one."""
    with contextlib.suppress(Gone), _lapsed(request, Reset) as row:
        actions.ask_reset_again(scope.current().actor, row)
    return render(request, "shell/link_sent.html")


def _lapsed(request: Request, model: type[links.L]) -> contextlib.AbstractContextManager[links.L]:
    return links.follow(model, typed(request, "token", LONGEST_TOKEN), address_of(request), lapsed=True)


def _may_try(request: Request) -> bool:
    """Whether the network has asked less often than it may."""
    return claims.count_attempt(f"reset {address_of(request)}", WINDOW_MINUTES) <= MOST_TRIES


def _invited(request: Request, row: Invitation, error: Refused | None = None) -> HttpResponse:
    context = {
        "email": row.person.email, "partner": partners.name(), "error": error, "wrong": forms.wrong(error),
        "values": {field: typed(request, field, LONGEST_NAME) for field in ("first_name", "last_name")},
    }  # fmt: skip
    return _no_store(render(request, "shell/invitation.html", context, status=error.status if error else 200))


def _no_store(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


PATTERNS = [
    path("invitation/again", invitation_again, name="invitation_again"),
    path("invitation/<str:token>", invitation, name="invitation"),
    path("password/forgot", forgot, name="password_forgot"),
    path("password/again", reset_again, name="password_again"),
    path("password/reset/<str:token>", reset, name="password_reset"),
]
