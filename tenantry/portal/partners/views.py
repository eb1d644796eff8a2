"""The partner's general settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tenantry.kernel.errors import Conflict, NotAllowed, Problem, Refused
from tenantry.kernel.text import _, ngettext, say
from tenantry.kernel.web import forms
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts.panels import Difference
from tenantry.portal.partners import actions, queries
from tenantry.portal.partners.forms import SecurityForm
from tenantry.portal.partners.rules import Security


@page("partners.view")
def general(request: Request) -> HttpResponse:
    """What the partner demands of sessions and local accounts; Apply stores all of it or nothing."""
    if request.method != "POST":
        return _show(request, SecurityForm.stored(queries.policy()))
    form = SecurityForm.sent(request.POST)
    try:
        actions.change_security(request.actor, form.version, form.wish())
    except NotAllowed:
        raise
    except (Refused, Conflict) as error:
        return _show(request, form, error)
    return HttpResponseRedirect("/settings/general?saved=1")


def _show(request: Request, form: SecurityForm, error: Problem | None = None) -> HttpResponse:
    stale = isinstance(error, Conflict)
    context: dict[str, Any] = {
        "form": form,
        "units": [("minutes", _("minutes")), ("hours", _("hours"))],
        "error": error,
        "wrong": forms.wrong(error),
        "saved": request.GET.get("saved", ""),
        "may_change": request.actor.holds("partners.configure"),
        "locked": not request.actor.holds("partners.configure"),
        "own_address": request.actor.address,
        "version": str(queries.policy().version),
        "theirs": queries.last_security_change() if stale else None,
        "differences": _differences(queries.policy().as_wish(), form.wish()) if stale else [],
    }
    return render(request, "partners/general.html", context, status=error.status if error else 200)


def _differences(stored: Security, wished: Security) -> list[Difference]:
    """What is in force now beside what was typed, where the two differ."""
    pairs = (
        Difference(_("Session timeout"), _minutes(stored.idle_minutes), _minutes(wished.idle_minutes)),
        Difference(_("Concurrent sign-in"), _switch(stored.concurrent), _switch(wished.concurrent)),
        Difference(_("Second factor for all local accounts"), _switch(stored.second_factor),
                   _switch(wished.second_factor)),
        Difference(_("Allowed networks"), _networks(stored.networks), _networks(wished.networks)),
    )  # fmt: skip
    return [pair for pair in pairs if pair.before != pair.after]


def _minutes(count: int) -> str:
    return say(ngettext("{count} minute", "{count} minutes", count), count=count)


def _switch(on: bool) -> str:
    return _("on") if on else _("off")


def _networks(networks: tuple[str, ...]) -> str:
    return ", ".join(networks) or _("everywhere")
