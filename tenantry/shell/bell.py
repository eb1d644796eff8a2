"""The notifications pane: what finished and what failed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from tenantry.kernel.text import lazy as _
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.portal.notifications import actions, queries

AREAS = (
    ("", _("All")),
    ("operations", _("Operations")),
    ("licences", _("Licences")),
    ("security", _("Security")),
    ("announcements", _("Announcements")),
)


@page(SIGNED_IN, methods=("GET",))
def pane(request: Request) -> HttpResponse:
    """The newest notices of the person, by area."""
    area = request.GET.get("area", "")
    only_unread = request.GET.get("unread") == "1"
    lines = queries.lines(request.actor, area, only_unread=only_unread)
    context = {"lines": lines, "areas": AREAS, "area": area, "only_unread": only_unread}
    return render(request, "shell/bell.html", context)


@page(SIGNED_IN, methods=("GET",))
def badge(request: Request) -> HttpResponse:
    """How many are new; polled by the bell."""
    return render(request, "shell/bell_badge.html", {"unread": queries.unread(request.actor)})


@page(SIGNED_IN, methods=("POST",))
def read(request: Request, notice_id: int) -> HttpResponse:
    """Mark one as read and show the pane again."""
    actions.mark_read(request.actor, queries.notice(request.actor, notice_id))
    return pane_again(request)


@page(SIGNED_IN, methods=("POST",))
def read_all(request: Request) -> HttpResponse:
    """Mark all as read and show the pane again."""
    actions.mark_all_read(request.actor)
    return pane_again(request)


def pane_again(request: Request) -> HttpResponse:
    """The pane after a change, its badge beside it."""
    context = {"lines": queries.lines(request.actor), "areas": AREAS, "area": "", "unread": 0, "only_unread": False}
    context["unread"] = queries.unread(request.actor)
    return render(request, "shell/bell.html", context)


PATTERNS = [
    path("bell", pane, name="bell"),
    path("bell/badge", badge, name="bell_badge"),
    path("bell/read", read_all, name="bell_read_all"),
    path("bell/<int:notice_id>/read", read, name="bell_read"),
]
