"""A form that came when its person had to prove first who it is: kept sealed in that page, and sent again after it.

The browser is told 307, so that it brings the form itself to the page that asks for proof; nothing is stored here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenantry.kernel import clock
from tenantry.kernel.errors import Broken
from tenantry.kernel.sealing import seal, unseal

GOOD_FOR = timedelta(hours=24)
LONGEST = 1024 * 1024
MARK = "kept"
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field


@dataclass(frozen=True)
class Kept:
    """A form of one person: where it was going, and its fields."""

    path: str
    fields: list[tuple[str, str]]


def lead(request: HttpRequest, page: str) -> HttpResponse:
    """Lead to a page that asks for proof, and from there back; a form that was sent goes along."""
    wished = {"next": request.get_full_path()}
    if request.method == "POST":
        return HttpResponse(status=307, headers={"Location": f"{page}?{urlencode(wished | {MARK: '1'})}"})
    return HttpResponse(status=302, headers={"Location": f"{page}?{urlencode(wished)}"})


def brought(request: HttpRequest) -> bool:
    """Whether this request brings a form that is to be kept, rather than the page's own."""
    return request.method == "POST" and MARK in request.GET


def keep(request: HttpRequest, path: str, person: int) -> str:
    """The form as one sealed text for a hidden field; empty for one that is too long. Files are not kept."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != _TOKEN]
    body = json.dumps({"person": person, "at": clock.now().isoformat(), "path": path, "fields": fields})
    return seal(body).decode() if len(body) <= LONGEST else ""


def opened(sealed: str, person: int) -> Kept | None:
    """The form again, for the person who had sent it, within a day."""
    try:
        found: dict[str, Any] = json.loads(unseal(sealed.encode()))
    except (Broken, UnicodeError):
        return None
    young = clock.now() - datetime.fromisoformat(found["at"]) <= GOOD_FOR
    if found["person"] != person or not young:
        return None
    return Kept(found["path"], [(name, value) for name, value in found["fields"]])


def again(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The page that sends the form once more, by itself or at the press of its button."""
    answer = render(request, "web/kept.html", {"kept": kept})
    answer["Cache-Control"] = "no-store"
    return answer
