"""Where a person keeps lists: saved views, and the columns, page size and height of each list."""

from __future__ import annotations

import json
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from tenantry.kernel import scope
from tenantry.kernel.web.grid import State
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.portal.people import actions, queries
from tenantry.portal.people.models import SavedView

POST = ("POST",)


def _own(view_id: int) -> SavedView:
    return queries.saved_view(scope.current().actor.id, view_id)


@page(SIGNED_IN, methods=POST)
def layout(request: Request, list_key: str) -> HttpResponse:
    """Keep which columns a list shows, in which order, how many rows and how high; what is not sent stays."""
    kept = next((State.parse(view.query) for view in queries.kept(list_key) if not view.name), State())
    sent = State.read(request.POST)
    columns = tuple(request.POST.getlist("column"))
    wished = State(columns=columns or kept.columns, size=sent.size or kept.size, height=sent.height or kept.height)
    if request.POST.get("reset"):
        wished = State()
    actions.lay_out(request.actor, list_key[:40], State.parse(wished.link()).link())
    return _back(request, list_key)


@page(SIGNED_IN, methods=POST)
def save(request: Request, list_key: str) -> HttpResponse:
    """Keep the list as it stands under a name, and open it there."""
    state = _sent(request)
    view = actions.save_view(request.actor, list_key[:40], _name(request), state.link())
    return _back(request, list_key, replace(state, saved=view.pk).link())


@page(SIGNED_IN, of=_own, methods=POST)
def change(request: Request, view: SavedView) -> HttpResponse:
    """Rename a view, or let it keep the list as it stands now."""
    if "name" in request.POST:
        actions.rename_view(request.actor, view, _name(request))
    if "query" in request.POST:
        actions.replace_view(request.actor, view, _sent(request).link())
    return _back(request, view.list, replace(State.parse(view.query), saved=view.pk).link())


@page(SIGNED_IN, of=_own, methods=POST)
def delete(request: Request, view: SavedView) -> HttpResponse:
    """Forget a view; the list stays as it stands."""
    key, query = view.list, replace(State.parse(view.query), saved=0).link()
    actions.delete_view(request.actor, view)
    return _back(request, key, query)


def _name(request: HttpRequest) -> str:
    """The name without the one sign that no database keeps."""
    return str(request.POST.get("name", "")).replace("\0", "")[:200]


def _sent(request: HttpRequest) -> State:
    return replace(State.parse(request.POST.get("query", "")[:20_000]), saved=0, after="", before="", nth=0, at="")


def _back(request: HttpRequest, key: str, query: str = "") -> HttpResponse:
    """To the list that the form names, by path and query of this site only; htmx fetches the list alone."""
    there = request.POST.get("next", "/")[:8000]
    if not there.startswith("/") or not url_has_allowed_host_and_scheme(there, allowed_hosts=None):
        there = "/"
    address = there.partition("?")[0] + query if query else there
    if not request.headers.get("HX-Request"):
        return redirect(address)
    where = {"path": address, "target": f"#grid-{key}", "swap": "outerHTML"}
    return HttpResponse(status=204, headers={"HX-Location": json.dumps(where)})
