"""Acts on the customers that are selected in the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.tally import Tally
from tenantry.kernel.text import _, ngettext
from tenantry.kernel.web.grid import State
from tenantry.kernel.web.grid.outcome import told
from tenantry.kernel.web.grid.state import EVERY
from tenantry.kernel.web.page import Request, page
from tenantry.portal.customers import actions, queries, rules
from tenantry.portal.customers.models import Customer
from tenantry.portal.customers.queries import listing
from tenantry.portal.customers.views import needs
from tenantry.portal.customers.views.listing import Customers

MOST = 500
POST = ("POST",)


@page("customers.sync", methods=POST)
def read(request: Request) -> HttpResponse:
    """Have the selected customers read now."""
    tally = actions.read_many(request.actor, _chosen(request))
    done = ngettext("{n} customer is read now.", "{n} customers are read now.", tally.done).format(n=tally.done)
    return told(request, tally, done, reverse("customers"))


@page("customers.edit", methods=POST)
def tag(request: Request) -> HttpResponse:
    """Give tags to the selected customers and take tags away."""
    names = rules.split_words(request.POST.get("tags", "")[:1000])
    away = frozenset(request.POST.getlist("away")[:MOST])
    context = {"tag_names": queries.tag_names(), "names": ", ".join(names), "away": away}

    def act(chosen: list[Customer]) -> Tally:
        return actions.tag_many(request.actor, chosen, names, away)

    def done(n: int) -> str:
        return ngettext("The tags of {n} customer are changed.", "The tags of {n} customers are changed.", n)

    return _ask(request, "tags", context, act, done)


@page("customers.edit", methods=POST)
def mode(request: Request) -> HttpResponse:
    """Decide who manages the tenants of the selected customers."""
    wished = request.POST.get("mode", "")[:20]

    def act(chosen: list[Customer]) -> Tally:
        return actions.decide_many(request.actor, chosen, wished)

    def done(n: int) -> str:
        return ngettext("Management is decided for {n} customer.", "Management is decided for {n} customers.", n)

    return _ask(request, "mode", {"modes": needs.modes(), "wished": wished}, act, done)


@page("access.groups", methods=POST)
def groups(request: Request) -> HttpResponse:
    """Put the selected customers into groups and take them out of others."""
    join, leave = _numbers(request, "join"), _numbers(request, "leave")

    def act(chosen: list[Customer]) -> Tally:
        return actions.group_many(request.actor, chosen, join, leave)

    def done(n: int) -> str:
        return ngettext("The groups of {n} customer are changed.", "The groups of {n} customers are changed.", n)

    offered = queries.groups_for(request.actor)
    return _ask(request, "groups", {"offered": offered, "join": join, "leave": leave}, act, done)


@page("customers.export", methods=("GET", "HEAD", "POST"))
def export(request: Request) -> HttpResponse:
    """The list, or the selected rows of it, as a file in the columns shown."""
    if request.method == "POST":
        state = replace(State.parse(request.POST.get("state", "")[:8000]), q="", view="", filters={"state": [EVERY]})
        grid = Customers(request, Customers.chosen(request, listing.everyone()), state)
    else:
        grid = Customers.from_request(request, listing.everyone())
    return grid.download((request.POST if request.method == "POST" else request.GET).get("format", "xlsx"))


def _ask(
    request: Request, what: str, context: Mapping[str, Any], act: Callable[[list[Customer]], Tally],
    done: Callable[[int], str],
) -> HttpResponse:  # fmt: skip
    """Ask in a dialog, or act once that was sent; a refused wish is asked for again with what was entered."""
    chosen, error = _chosen(request), ""
    if request.POST.get("sent"):
        try:
            tally = act(chosen)
        except NotAllowed:
            raise
        except (Refused, Conflict) as refused:
            error = str(refused)
        else:
            return told(request, tally, done(tally.done).format(n=tally.done), reverse("customers"))
    fragment = bool(request.headers.get("HX-Request"))
    asked = {
        "chosen": chosen,
        "error": error,
        "what": f"customers/many_{what}.html",
        "action": request.path,
        "title": _title(what, len(chosen)),
    }
    page_name = "customers/many_dialog.html" if fragment else "customers/many.html"
    response = render(request, page_name, asked | dict(context), status=422 if error else 200)
    if error and fragment:
        response["HX-Retarget"], response["HX-Reswap"] = "#tn-asked", "innerHTML"
    return response


def _title(what: str, n: int) -> str:
    match what:
        case "tags":
            words = ngettext("Tags of {n} customer", "Tags of {n} customers", n)
        case "mode":
            words = ngettext("Who manages the tenant of {n} customer?", "Who manages the tenants of {n} customers?", n)
        case _:
            words = ngettext("Groups of {n} customer", "Groups of {n} customers", n)
    return words.format(n=n)


def _chosen(request: Request) -> list[Customer]:
    """The selected customers by name; refuses none and more than 500."""
    chosen = list(Customers.chosen(request, listing.everyone()).order_by("sort_key", "pk")[: MOST + 1])
    if not chosen:
        raise Refused(_("Select customers first."), code="nothing")
    if len(chosen) > MOST:
        raise Refused(_("At most {most} customers at once. Narrow the list first."), most=MOST, code="many")
    return chosen


def _numbers(request: Request, name: str) -> frozenset[int]:
    given: Iterable[str] = request.POST.getlist(name)[:MOST]
    return frozenset(int(value) for value in given if value.isdecimal() and len(value) < 19)
