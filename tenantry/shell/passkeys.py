"""Passkeys: signing in with one, adding one, removing one."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path

from tenantry.kernel import scope
from tenantry.kernel.errors import Refused
from tenantry.kernel.text import _
from tenantry.kernel.web import forms
from tenantry.kernel.web.door import NOWHERE
from tenantry.kernel.web.page import PUBLIC, SIGNED_IN, Request, page
from tenantry.portal.people import actions, queries, rules
from tenantry.portal.people.actions import Opened
from tenantry.portal.people.models import Passkey
from tenantry.shell import ceremony, second_factor
from tenantry.shell.proof import address_of, browser_of, safe_target, too_many_tries, typed, with_token
from tenantry.shell.sign_in import enter, refuse, too_many, wait_for_deadline

LONGEST_NAME = 200


@page(PUBLIC, own_scope=True)
def sign_in_with_passkey(request: Request) -> HttpResponse:
    """A GET answers what the browser is to be asked; the form brings back what its passkey answered."""
    if request.method != "POST":
        response = HttpResponse(_asked_as_json(), content_type="application/json")
        response["Cache-Control"] = "no-store"
        return response
    request.actor, started, target = NOWHERE, time.monotonic(), safe_target(request)
    if too_many_tries(request):
        return too_many(request, "shell/sign_in.html", target)
    opened = _open(request)
    if opened is None:
        wait_for_deadline(started)
        return refuse(request, target, _("This passkey was not accepted."))
    return enter(request, opened, with_token(browser_of(request)))


@page(SIGNED_IN, fresh=True, enrolling=True)
def passkey(request: Request) -> HttpResponse:
    """Add a passkey under a name."""
    found = ceremony.answered(request.POST, request.actor.id) if request.method == "POST" else None
    if found is None:
        return _form(request)
    try:
        codes = actions.add_passkey(request.actor, *found, typed(request, "name", LONGEST_NAME).strip())
    except Refused as error:
        return _form(request, error)
    done = f"{second_factor.OVERVIEW}?done=passkey"
    return second_factor.codes_page(request, codes) if codes else HttpResponseRedirect(done)


def own_passkey(passkey_id: int) -> Passkey:
    """One of the passkeys of whoever asks; Missing for somebody else's."""
    return queries.passkey(scope.current().actor.id, passkey_id)


@page(SIGNED_IN, of=own_passkey, methods=("POST",), fresh=True)
def remove_passkey(request: Request, passkey: Passkey) -> HttpResponse:
    """Remove a passkey."""
    try:
        actions.remove_passkey(request.actor, passkey)
    except Refused as error:
        return second_factor.show(request, error)
    return HttpResponseRedirect(f"{second_factor.OVERVIEW}?done=removed")


def _open(request: Request) -> Opened | None:
    """Ask at the home that the passkey names."""
    found = ceremony.answered(request.POST)
    named = ceremony.named_by(found[0]) if found else None
    if found is None or named is None:
        return None
    place, handle = named
    browser = with_token(browser_of(request))
    with scope.route(*place, address_of(request)) as opened:
        return actions.sign_in_with_passkey(opened.actor, found[0], handle, browser)


def _asked_as_json() -> str:
    asked = ceremony.ask_for_proof()
    return f'{{"options": {asked.options}, "sealed": "{asked.sealed}"}}'


def _form(request: Request, error: Refused | None = None) -> HttpResponse:
    asked = ceremony.ask_to_make(queries.person(request.actor.id), queries.factors(request.actor.id).passkeys)
    name = typed(request, "name", LONGEST_NAME) or rules.browser_name(request.headers.get("User-Agent", ""))
    context: dict[str, Any] = {
        "asked": asked, "error": error, "name": name,
        "wrong": forms.wrong(error),
    }  # fmt: skip
    response = render(request, "shell/passkey.html", context, status=error.status if error else 200)
    response["Cache-Control"] = "no-store"
    return response


PATTERNS = [
    path("sign-in/passkey", sign_in_with_passkey, name="sign_in_passkey"),
    path("profile/second-factor/passkey", passkey, name="passkey"),
    path("profile/second-factor/passkeys/<int:passkey_id>/remove", remove_passkey, name="passkey_remove"),
]
