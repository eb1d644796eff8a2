"""A person's sessions: how long this one lasts, what ended the former one, and ending others."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path
from django.utils import timezone

from tenantry.kernel.text import _, say
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.kernel.web.templatetags.format import clock_time
from tenantry.portal.people import actions, queries
from tenantry.shell.proof import own_session


@page(SIGNED_IN, enrolling=True)
def session_left(request: Request) -> HttpResponse:
    """For how many seconds the session lasts unless something is done; a POST is the wish to stay."""
    session: Any = request.session
    if request.method == "POST":
        session.stay()
    row = session.session
    return JsonResponse({"left": row.lasts, "person": request.actor.id, "longest": row.ends_at <= row.idle_until})


@page(SIGNED_IN, methods=("POST",))
def end_session(request: Request, session_id: int) -> HttpResponse:
    """End one of one's own sessions."""
    actions.end_session(request.actor, queries.session(request.actor.id, session_id))
    return HttpResponseRedirect("/profile#sessions")


@page(SIGNED_IN, methods=("POST",))
def end_others(request: Request) -> HttpResponse:
    """End all of one's own sessions but this one."""
    actions.end_other_sessions(request.actor, own_session(request))
    return HttpResponseRedirect("/profile#sessions")


def why_signed_out(request: Request) -> str:
    """What ended the session that this browser was in; empty where there was none, or the person ended it itself."""
    if request.former is None:
        return ""
    reason, at = request.former.ended()
    match reason:
        case "elsewhere":
            with timezone.override(ZoneInfo(request.former.time_zone())):
                return say(_("You signed in elsewhere at {time}."), time=clock_time(at))
        case "":
            return _("Your session has ended. Sign in to go on where you were.")
        case "password":
            return _("Your password was changed. Sign in with the new one.")
        case "ended":
            return _("This session was ended from another browser.")
    return ""


PATTERNS = [
    path("profile/session", session_left, name="session_left"),
    path("profile/sessions/<int:session_id>/end", end_session, name="profile_end_session"),
    path("profile/sessions/end-others", end_others, name="profile_end_others"),
]
