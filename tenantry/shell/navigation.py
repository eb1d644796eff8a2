"""The menu, built from manifests and filtered by what the actor may open; and the frame around each page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from tenantry.kernel import registry, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.offers import Card, Menu
from tenantry.kernel.text import Text, lazy
from tenantry.portal.notifications import queries as notices
from tenantry.portal.partners import queries as partners

HOME = Menu(lazy("Command center"), "/home", "layout-dashboard", 0, ("reports.overview", "customers.view"))
SETTINGS = Menu(lazy("Settings"), "/settings", "settings", 0, (), "settings")
TITLES: dict[str, Text] = {"main": "", "modules": lazy("Modules"), "oversight": lazy("Oversight"), "settings": ""}


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


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs around every page: menu, partner, person, bell, demo mark."""
    actor: Actor | None = getattr(request, "actor", None)
    common = {"demo": settings.DEMO, "theme": _theme(request), "languages": settings.LANGUAGES}
    if actor is None or actor.kind != "person" or not _may_ask(request):
        return common
    return common | {
        "actor": actor,
        "navigation": menu(actor, request.path),
        "partner_name": partners.name(),
        "unread": notices.unread(actor),
    }


def _may_ask(request: HttpRequest) -> bool:
    """Whether the database answers: not on the pages that say that something broke, nor before a rollback."""
    opened = scope.peek()
    if opened is None or getattr(request, "frameless", False):
        return False
    return not transaction.get_rollback(using=opened.region)


def menu(actor: Actor, path: str) -> list[Group]:
    """The groups that hold at least one entry which the actor may open."""
    offered = [HOME, *(entry for manifest in registry.manifests() for entry in manifest.menu)]
    if settings_cards(actor):
        offered.append(SETTINGS)
    groups = []
    for key, title in TITLES.items():
        shown = [entry for entry in offered if entry.group == key and _may_open(actor, entry)]
        entries = [_entry(entry, path) for entry in sorted(shown, key=lambda entry: entry.order)]
        if entries:
            groups.append(Group(title, key, entries))
    return groups


def settings_cards(actor: Actor) -> list[Card]:
    """The cards of the settings page that the actor may open, in their order."""
    cards = [card for card in registry.offers(Card) if card.place == "settings" and actor.holds(card.permission)]
    return sorted(cards, key=lambda card: card.order)


def _may_open(actor: Actor, entry: Menu) -> bool:
    return not entry.permissions or any(actor.holds(permission) for permission in entry.permissions)


def _entry(entry: Menu, path: str) -> Entry:
    return Entry(entry.title, entry.href, entry.icon, path == entry.href or path.startswith(f"{entry.href}/"))


def _theme(request: HttpRequest) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in {"light", "dark"} else ""
