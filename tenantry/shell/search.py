"""One box over every folder's search source, each under its own permission."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from tenantry.kernel import registry, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.offers import Hit, SearchSource
from tenantry.kernel.text import Text
from tenantry.kernel.web.page import SIGNED_IN, Request, page

SHORTEST, LONGEST = 2, 120
IN_BOX, ON_PAGE = 5, 50


@dataclass(frozen=True)
class Found:
    """The hits of one source, exact ones first."""

    title: Text
    hits: list[Hit]


@page(SIGNED_IN, methods=("GET",))
def results(request: Request) -> HttpResponse:
    """The box for htmx, the page otherwise."""
    box = bool(request.headers.get("HX-Request"))
    wish = request.GET.get("q", "").strip()[:LONGEST]
    found = find(request.actor, wish, IN_BOX if box else ON_PAGE)
    template = "shell/search_box.html" if box else "shell/search.html"
    return render(request, template, {"wish": wish, "found": found, "short": len(wish) < SHORTEST})


def find(actor: Actor, wish: str, limit: int) -> list[Found]:
    """What each source knows under its own permission; sources that know nothing are left out."""
    if len(wish) < SHORTEST:
        return []
    sources = sorted(registry.offers(SearchSource), key=lambda source: source.order)
    answers = [_ask(source, wish, limit) for source in sources if actor.holds(source.permission)]
    return [answer for answer in answers if answer.hits]


def _ask(source: SearchSource, wish: str, limit: int) -> Found:
    with scope.narrowed(source.permission):
        hits = source.find(wish, limit)
    return Found(source.title, sorted(hits, key=lambda hit: not hit.exact)[:limit])


PATTERNS = [path("search", results, name="search")]
