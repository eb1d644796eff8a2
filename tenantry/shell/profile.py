"""My profile: who the portal takes me for, what I may change of it, and where I am signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import translation

from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.text import LANGUAGES, Text, lazy
from tenantry.kernel.web import forms
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.kernel.web.parts import Difference
from tenantry.portal.access import queries as access
from tenantry.portal.partners import queries as partners
from tenantry.portal.people import actions, queries
from tenantry.portal.people.models import Person
from tenantry.portal.people.rules import TIME_ZONES
from tenantry.shell.proof import own_session, typed

LABELS: dict[str, Text] = {
    "first_name": lazy("First name"),
    "last_name": lazy("Last name"),
    "organisation": lazy("Organisation name"),
    "phone": lazy("Phone"),
    "language": lazy("Language"),
    "time_zone": lazy("Time zone"),
}
EDITABLE = tuple(LABELS)
LONGEST = 200


@page(SIGNED_IN)
def profile(request: Request) -> HttpResponse:
    """Show the profile; Save stores all fields or none."""
    person = queries.person(request.actor.id)
    if request.method != "POST":
        return _show(request, person, _values(person))
    values = {field: request.POST.get(field, "").strip()[:LONGEST] for field in EDITABLE}
    try:
        actions.change_profile(request.actor, person, _version(request), values)
    except Refused as error:
        return _show(request, person, values, error)
    except Conflict as error:
        return _show(request, queries.person(person.pk), values, error)
    return HttpResponseRedirect("/profile?saved=1")


@page(SIGNED_IN, methods=("POST",), fresh=True)
def password(request: Request) -> HttpResponse:
    """Change the password, for which fresh proof is asked."""
    try:
        actions.change_password(request.actor, own_session(request), typed(request, "password", LONGEST))
    except Refused as error:
        person = queries.person(request.actor.id)
        return _show(request, person, _values(person), error)
    return HttpResponseRedirect("/profile?saved=password")


def _show(
    request: Request, person: Person, values: dict[str, str], error: Refused | Conflict | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "person": person,
        "values": values,
        "error": error,
        "wrong": forms.wrong(error),
        "differences": _differences(person, values) if isinstance(error, Conflict) else [],
        "of_password": getattr(error, "field", "") == "password",
        "account_id": str(person.pk),
        "organisation_id": str(person.partner_id),
        "version": str(person.version),
        "saved": request.GET.get("saved", ""),
        "roles": access.role_names(person.pk),
        "data_centre": partners.data_centre(),
        "factors": queries.factors(person.pk),
        "sessions": queries.sessions(person.pk),
        "own_session": own_session(request),
        "languages": LANGUAGES,
        "time_zones": sorted(TIME_ZONES),
    }
    return render(request, "shell/profile.html", context, status=error.status if error else 200)


def _values(person: Person) -> dict[str, str]:
    values: dict[str, str] = {field: getattr(person, field) for field in EDITABLE}
    return values | {"language": person.language or translation.get_language() or "en"}


def _differences(person: Person, values: dict[str, str]) -> list[Difference]:
    """Where what is stored and what was typed are not the same."""
    stored = _values(person)
    return [
        Difference(LABELS[field], stored[field], values[field]) for field in EDITABLE if stored[field] != values[field]
    ]


def _version(request: Request) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


PATTERNS = [
    path("profile", profile, name="profile"),
    path("profile/password", password, name="profile_password"),
]
