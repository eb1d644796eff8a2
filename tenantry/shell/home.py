"""The home page, made of cards that folders offer, and the settings page, made the same way."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from tenantry.kernel import registry, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing
from tenantry.kernel.offers import Card
from tenantry.kernel.web.page import SIGNED_IN, Request, page
from tenantry.shell.navigation import area_of, settings_cards


@page(SIGNED_IN, methods=("GET",), area="services")
def home(request: Request) -> HttpResponse:
    """The cards that the person may see; each states its ages itself."""
    return render(request, "shell/home.html", {"cards": _filled(request.actor, "home")})


@page(SIGNED_IN, methods=("GET",))
def settings_page(request: Request) -> HttpResponse:
    """The settings that the person may open; nothing to open is nothing there."""
    cards = settings_cards(request.actor, area_of(request, request.actor))
    if not cards:
        raise Missing
    return render(request, "shell/settings.html", {"cards": cards})


def _filled(actor: Actor, place: str) -> list[dict[str, Any]]:
    offered = [card for card in registry.offers(Card) if card.place == place and actor.holds(card.permission)]
    filled = []
    for card in sorted(offered, key=lambda card: card.order):
        with scope.narrowed(card.permission):
            filled.append({"card": card, **card.content()})
    return filled


PATTERNS = [
    path("home", home, name="home"),
    path("settings", settings_page, name="settings"),
]
