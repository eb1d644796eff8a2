"""The menu, built from manifests and filtered by what the actor may open; and the frame around each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path as address

from tenantry.kernel import registry, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.offers import Card, Menu
from tenantry.kernel.text import Text, lazy
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.portal.notifications import queries as notices
from tenantry.portal.partners import queries as partners
from tenantry.portal.people import actions as people
from tenantry.portal.people import queries as who

HOME = Menu(lazy("Command center"), "/home", "layout-dashboard", 0, ("reports.overview", "customers.view"))
SETTINGS = Menu(lazy("Settings"), "/settings", "settings", 90, (), "settings", "shared")
TITLES: dict[str, Text] = {"main": "", "modules": lazy("Modules"), "oversight": lazy("Oversight"), "settings": ""}
AREAS: Mapping[str, tuple[Text, str]] = {
    "services": (lazy("Services"), "building"), "licenses": (lazy("Licenses"), "license"),
}  # fmt: skip
NOWHERE, PROFILE = "/profile", lazy("My profile")


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    title: Text
    href: str
    icon: str
    active: bool


@dataclass(frozen=True)
class Group:
    """Entries under one heading; the last group stands at the foot of the rail."""

    title: Text
    key: str
    entries: list[Entry]


@dataclass(frozen=True)
class Switch:
    """One of the two areas, where the person may look at both."""

    key: str
    title: Text
    icon: str
    active: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs around every page: menu, partner, person, bell, demo mark.

    What costs a question is asked where a template shows it: a list that is fetched alone has no frame.
    """
    actor: Actor | None = getattr(request, "actor", None)
    common = {"demo": settings.DEMO, "theme": _theme(request), "languages": settings.LANGUAGES}
    if actor is None or actor.kind != "person" or not _may_ask(request):
        return common
    told = _Frame(request, actor)
    return common | {"actor": actor} | {name: partial(getattr, told, name) for name in LAZY}


class _Frame:
    """The parts of the frame that cost something, each made when a template first shows it."""

    def __init__(self, request: HttpRequest, actor: Actor) -> None:
        self.request, self.actor = request, actor

    @cached_property
    def area(self) -> str:
        return area_of(self.request, self.actor)

    @cached_property
    def areas(self) -> list[Switch]:
        return switches(self.actor, self.area)

    @cached_property
    def navigation(self) -> list[Group]:
        return menu(self.actor, self.request.path, self.area)

    @cached_property
    def partner_name(self) -> str:
        return partners.name()

    @cached_property
    def unread(self) -> int:
        return notices.unread(self.actor)


LAZY = ("area", "areas", "navigation", "partner_name", "unread")


def _may_ask(request: HttpRequest) -> bool:
    """Whether the database answers: not on the pages that say that something broke, nor before a rollback."""
    opened = scope.peek()
    if opened is None or getattr(request, "frameless", False):
        return False
    return not transaction.get_rollback(using=opened.region)


def area_of(request: HttpRequest, actor: Actor) -> str:
    """The area of the page; on a page that both share the one chosen last, or the only one that the actor enters."""
    stands = getattr(getattr(request.resolver_match, "func", None), "area", "shared")
    chosen: str = request.session.area()  # type: ignore[attr-defined]  # our SessionStore
    wished = chosen if stands == "shared" else stands
    return wished if wished in actor.areas else min(actor.areas, default="services")


def switches(actor: Actor, area: str) -> list[Switch]:
    """The two areas, for who may look at something in each; otherwise none."""
    entered = [key for key in AREAS if key in actor.areas and own_entries(actor, key)]
    return [Switch(key, *AREAS[key], key == area) for key in entered] if len(entered) == len(AREAS) else []


def menu(actor: Actor, path: str, area: str) -> list[Group]:
    """The groups that hold at least one entry of the area which the actor may open."""
    offered = own_entries(actor, area)
    if settings_cards(actor, area):
        offered.append(SETTINGS)
    groups = []
    for key, title in TITLES.items():
        shown = [entry for entry in offered if entry.group == key]
        entries = [_entry(entry, path) for entry in sorted(shown, key=lambda entry: entry.order)]
        if entries:
            groups.append(Group(title, key, entries))
    return groups


def own_entries(actor: Actor, area: str) -> list[Menu]:
    """The entries of one area, and of both, that the actor may open; the settings stand for themselves."""
    offered = (HOME, *(entry for manifest in registry.manifests() for entry in manifest.menu))
    return [entry for entry in offered if entry.area in (area, "shared") and _may_open(actor, entry)]


def settings_cards(actor: Actor, area: str) -> list[Card]:
    """The cards of the settings page that the actor may open in the area, in their order."""
    cards = [card for card in registry.offers(Card) if card.place == "settings" and actor.holds(card.permission)]
    return sorted((card for card in cards if card.area in (area, "shared")), key=lambda card: card.order)


def landing(actor: Actor, area: str) -> str:
    """Where an area begins: its first entry, the profile where nothing of it is open."""
    if area == "services" and actor.enters(area):
        return HOME.href
    entries = [entry for group in menu(actor, "", area) for entry in group.entries] if actor.enters(area) else []
    return entries[0].href if entries else NOWHERE


@page(SIGNED_IN, methods=("GET",))
def front(request: Request) -> HttpResponse:
    """The address alone leads to where the area begins that the person chose last."""
    return HttpResponseRedirect(landing(request.actor, area_of(request, request.actor)))


@page(SIGNED_IN, methods=("POST",))
def choose_area(request: Request) -> HttpResponse:
    """Remember the area that the person turned to, and go to where it begins."""
    wished = request.POST.get("area", "")
    people.choose_area(request.actor, who.person(request.actor.id), wished)
    return HttpResponseRedirect(landing(request.actor, wished))


def _may_open(actor: Actor, entry: Menu) -> bool:
    return not entry.permissions or any(actor.holds(permission) for permission in entry.permissions)


def _entry(entry: Menu, path: str) -> Entry:
    return Entry(entry.title, entry.href, entry.icon, path == entry.href or path.startswith(f"{entry.href}/"))


def _theme(request: HttpRequest) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in {"light", "dark"} else ""


PATTERNS = [address("", front, name="front"), address("area", choose_area, name="area")]
