"""What a person is told after an act on many rows: how many were done, and who was left out for which reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenantry.kernel.tally import Tally
from tenantry.kernel.text import _, ngettext
from tenantry.kernel.web.parts.shape import joined

NAMED = 3
CHANGED = "tn:changed"
"""The event upon which a list fetches itself anew."""


def told(request: HttpRequest, tally: Tally, done: str, back: str) -> HttpResponse:
    """A toast, after which the list is fetched anew; without htmx the list itself."""
    if not request.headers.get("HX-Request"):
        return redirect(back)
    kind = "done" if not tally.left else "soon" if tally.done else "failed"
    response = render(request, "web/toast.html", {"kind": kind, "message": sentences(tally, done)})
    response["HX-Trigger"] = CHANGED
    return response


def sentences(tally: Tally, done: str) -> SafeString:
    """How many were done, as `done` says it, and a line for each reason that left some out."""
    lines: list[str] = [format_html("<b>{}</b>", done)] if tally.done else []
    lines += [_left(reason, names) for reason, names in tally.left.items()]
    return joined([format_html('<span class="tn-toast-line">{}</span>', line) for line in lines])


def _left(reason: str, names: list[str]) -> str:
    shown, more = ", ".join(names[:NAMED]), len(names) - NAMED
    if more > 0:
        words = ngettext("{names} and {n} more left out: {reason}", "{names} and {n} more left out: {reason}", more)
        return words.format(names=shown, n=more, reason=reason)
    return _("{names} left out: {reason}").format(names=shown, reason=reason)
