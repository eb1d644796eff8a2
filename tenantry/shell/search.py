"""One box over every folder's search source, each under its own permission, and over the portal's own pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenantry.kernel import registry, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.offers import Command, Hit, SearchSource
from tenantry.kernel.text import Text, lazy
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.shell import navigation

SHORTEST, LONGEST = 2, 120
IN_BOX, ON_PAGE, LAST_PAGE = 5, 50, 20
ACTIONS, PAGES = lazy("Actions"), lazy("Pages")


@dataclass(frozen=True)
class Found:
    """The hits of one source, exact ones first; `more` says that there are others."""

    key: str
    title: Text
    hits: list[Hit]
    more: bool = False
    wish: str = ""

    @property
    def lines(self) -> list[tuple[Hit, SafeString | Text]]:
        """Each hit with its title, in which the part that was asked for is marked."""
        return [(hit, marked(hit.title, self.wish)) for hit in self.hits]

    @property
    def href(self) -> str:
        """All hits of this source."""
        return f"/search?{urlencode({'q': self.wish, 'in': self.key})}"


@page(SIGNED_IN, methods=("GET",))
def results(request: Request) -> HttpResponse:
    """The box for htmx, the page otherwise: each source, or all hits of one of them."""
    wish = request.GET.get("q", "").strip()[:LONGEST]
    if request.headers.get("HX-Request"):
        found = find(request.actor, wish, IN_BOX)
        context = {"wish": wish, "found": found, "number": sum(len(group.hits) for group in found)}
        return render(request, "shell/search_box.html", context)
    wanted, number = request.GET.get("in", ""), _number(request.GET.get("page", ""))
    found = _one(request.actor, wish, wanted, number) if wanted else find(request.actor, wish, IN_BOX)
    context = {"wish": wish, "found": found, "short": len(wish) < SHORTEST, "wanted": wanted, "number": number}
    return render(request, "shell/search.html", context)


def _number(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) < 4 else 1


def find(actor: Actor, wish: str, limit: int) -> list[Found]:
    """What each source knows under its own permission; those that know the very thing come first.

    A wish that is too short finds no thing, but every page and action that it begins.
    """
    own = [group for group in (_commands(actor, wish, limit), _pages(actor, wish, limit)) if group.hits]
    if len(wish) < SHORTEST:
        return own
    answers = [_ask(source, wish, limit) for source in _sources(actor)]
    known = [answer for answer in answers if answer.hits] + own
    return sorted(known, key=lambda group: not group.hits[0].exact)


def _sources(actor: Actor) -> list[SearchSource]:
    allowed = (source for source in registry.offers(SearchSource) if actor.holds(source.permission))
    entered = (source for source in allowed if actor.enters(registry.area_of(source.find.__module__)))
    return sorted(entered, key=lambda source: source.order)


def _one(actor: Actor, wish: str, key: str, number: int) -> list[Found]:
    """One page of all that a single source knows."""
    source = next((source for source in _sources(actor) if source.key == key), None)
    if source is None or len(wish) < SHORTEST:
        return []
    found = _ask(source, wish, ON_PAGE * number + 1)
    hits = found.hits[ON_PAGE * (number - 1) :]
    return [Found(key, found.title, hits[:ON_PAGE], len(hits) > ON_PAGE, wish)]


def _ask(source: SearchSource, wish: str, limit: int) -> Found:
    with scope.narrowed(source.permission):
        hits = source.find(wish, limit + 1)
    ranked = sorted(hits, key=lambda hit: not hit.exact)
    return Found(source.key, source.title, ranked[:limit], len(hits) > limit, wish)


def _commands(actor: Actor, wish: str, limit: int) -> Found:
    """What the actor may do that is called so."""
    offered = sorted(registry.offers(Command), key=lambda command: command.order)
    allowed = (each for each in offered if actor.holds(each.permission) and actor.enters(each.area))
    hits = [Hit(str(each.title), "", each.href, each.icon) for each in allowed]
    return Found("actions", ACTIONS, _called(hits, wish)[:limit], wish=wish)


def _pages(actor: Actor, wish: str, limit: int) -> Found:
    """Entries of the menu and of the settings that the actor may open and that are called so."""
    entries = {
        entry.href: Hit(str(entry.title), str(navigation.AREAS[area][0]) if len(actor.areas) > 1 else "", entry.href,
                        entry.icon)
        for area in navigation.AREAS if area in actor.areas for group in navigation.menu(actor, "", area)
        for entry in group.entries
    }  # fmt: skip
    settings = {hit.href: hit for area in sorted(actor.areas) for hit in _settings(actor, area)}
    profile = Hit(str(navigation.PROFILE), "", navigation.NOWHERE, "user-circle")
    return Found("pages", PAGES, _called([*entries.values(), *settings.values(), profile], wish)[:limit], wish=wish)


def _settings(actor: Actor, area: str) -> Iterable[Hit]:
    for card in navigation.settings_cards(actor, area):
        content = card.content()
        if "href" in content:
            title = str(navigation.SETTINGS.title)
            yield Hit(str(card.title), title, content["href"], content.get("icon", navigation.SETTINGS.icon))


def _called(hits: list[Hit], wish: str) -> list[Hit]:
    """Those in whose name every word begins a word, in any order; the whole name first."""
    words = wish.casefold().split()
    called = [hit for hit in hits if all(_begins(hit.title.casefold(), word) for word in words)]
    return sorted(called, key=lambda hit: hit.title.casefold() != wish.casefold())


def _begins(title: str, word: str) -> bool:
    """Whether a word of the title begins so; scripts without spaces are looked through."""
    return any(part.startswith(word) for part in title.split()) or (not word.isascii() and word in title)


def marked(title: str, wish: str) -> SafeString | str:
    """The title with the part that was asked for in a mark."""
    at = title.casefold().find(wish.casefold()) if wish else -1
    if at < 0 or len(title) != len(title.casefold()):
        return title
    end = at + len(wish)
    return format_html("{}<mark>{}</mark>{}", title[:at], title[at:end], title[end:])


PATTERNS = [path("search", results, name="search")]
