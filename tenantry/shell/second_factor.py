"""A person's second factors: what there is, adding and removing an authenticator app, recovery codes."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString

from tenantry.kernel.errors import Broken, Refused
from tenantry.kernel.sealing import seal, unseal
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.portal.partners import queries as partners
from tenantry.portal.people import actions, queries, rules
from tenantry.shell.proof import LONGEST_CODE, typed

OVERVIEW = "/profile/second-factor"
LONGEST_SECRET = 500


@page(SIGNED_IN, methods=("GET",), enrolling=True)
def second_factor(request: Request) -> HttpResponse:
    """What the person proves itself with besides its password."""
    return show(request)


@page(SIGNED_IN, fresh=True, enrolling=True)
def app(request: Request) -> HttpResponse:
    """Add an authenticator app: it reads the picture or the key, and shows a first code."""
    if request.method != "POST":
        return _app_form(request, rules.new_secret())
    secret = _pending(request)
    if secret is None:
        return HttpResponseRedirect(f"{OVERVIEW}/app")
    try:
        codes = actions.add_authenticator(request.actor, secret, typed(request, "code", LONGEST_CODE))
    except Refused as error:
        return _app_form(request, secret, error)
    return codes_page(request, codes) if codes else HttpResponseRedirect(f"{OVERVIEW}?done=app")


@page(SIGNED_IN, methods=("POST",), fresh=True)
def remove_app(request: Request) -> HttpResponse:
    """Remove the authenticator app."""
    try:
        actions.remove_authenticator(request.actor)
    except Refused as error:
        return show(request, error)
    return HttpResponseRedirect(f"{OVERVIEW}?done=removed")


@page(SIGNED_IN, methods=("POST",), fresh=True)
def codes(request: Request) -> HttpResponse:
    """Make new recovery codes and show them, once."""
    try:
        return codes_page(request, actions.make_recovery_codes(request.actor))
    except Refused as error:
        return show(request, error)


def show(request: Request, error: Refused | None = None) -> HttpResponse:
    """The overview, with what was refused."""
    context = {
        "factors": queries.factors(request.actor.id), "demanded": partners.policy().second_factor, "error": error,
        "few": rules.FEW_LEFT, "most_passkeys": rules.MOST_PASSKEYS, "done": request.GET.get("done", ""),
    }  # fmt: skip
    return render(request, "shell/second_factor.html", context, status=error.status if error else 200)


def codes_page(request: Request, codes: list[str]) -> HttpResponse:
    """The page that shows recovery codes, and is kept nowhere."""
    pairs = [f"{code[:5]}-{code[5:]}" for code in codes]
    response = render(request, "shell/recovery_codes.html", {"codes": pairs, "all_codes": "\n".join(pairs)})
    response["Cache-Control"] = "no-store"
    return response


def _app_form(request: Request, secret: str, error: Refused | None = None) -> HttpResponse:
    address = rules.key_address(secret, queries.person(request.actor.id).email)
    context: dict[str, Any] = {
        "picture": _picture(address), "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "secret": secret, "pending": seal(f"{request.actor.id}:{secret}").decode(), "error": error,
        "again": request.method == "POST" and request.POST.get("again", ""),
    }  # fmt: skip
    response = render(request, "shell/second_factor_app.html", context, status=error.status if error else 200)
    response["Cache-Control"] = "no-store"
    return response


def _pending(request: Request) -> str | None:
    """The secret that this person's page was showing."""
    try:
        person, _colon, secret = unseal(typed(request, "pending", LONGEST_SECRET).encode()).partition(":")
    except (Broken, UnicodeError):
        return None
    return secret if person == str(request.actor.id) else None


def _picture(address: str) -> SafeString:
    """The address as a QR code, drawn by attributes alone: the page's policy allows no inline style."""
    drawn = segno.make(address, error="m", micro=False)
    return SafeString(drawn.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="tn-qr", omitsize=True))


PATTERNS = [
    path("profile/second-factor", second_factor, name="second_factor"),
    path("profile/second-factor/app", app, name="second_factor_app"),
    path("profile/second-factor/app/remove", remove_app, name="second_factor_app_remove"),
    path("profile/second-factor/codes", codes, name="recovery_codes"),
]
