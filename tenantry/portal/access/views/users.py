"""Users: the list by role, adding one, and what one may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import NotAllowed, Problem, Refused
from tenantry.kernel.text import LANGUAGES, _
from tenantry.kernel.web import forms
from tenantry.kernel.web.page import Request, page
from tenantry.portal.access import actions, queries
from tenantry.portal.access.forms import ids, invitees, kept, number
from tenantry.portal.access.models import Role
from tenantry.portal.access.views.lists import Users
from tenantry.portal.people import actions as people_actions
from tenantry.portal.people import queries as people
from tenantry.portal.people.models import Person

LIST, LIST_OF_LICENSES = "/settings/users", "/licenses/settings/users"
TYPED = ("emails", "language")


@page("people.view", methods=("GET",), area="services")
def users(request: Request) -> HttpResponse:
    """People by role, found by name or address, in a state."""
    return _listed(request)


@page("people.view", methods=("GET",), area="licenses")
def users_of_licenses(request: Request) -> HttpResponse:
    """The same people, seen from the area of licences."""
    return _listed(request)


def list_of(actor: Actor) -> str:
    """Where the actor finds the users: in the first area that it enters."""
    return LIST if actor.enters("services") else LIST_OF_LICENSES


def _listed(request: Request) -> HttpResponse:
    may_manage = request.actor.holds("people.manage")
    grid = Users.of_actor(request, may_manage)
    role = grid.view.key if grid.view else ""
    context = {
        "may_manage": may_manage, "add_href": f"{LIST}/new?roles={role}" if role else f"{LIST}/new", "role": role,
        "invited": number(request.GET, "invited"),
    }  # fmt: skip
    return grid.respond("access/users.html", context)


@page("people.manage")
def add_users(request: Request) -> HttpResponse:
    """New people: addresses, roles (preset from the open tab), language of the mail."""
    chosen = ids(request.POST if request.method == "POST" else request.GET, "roles")
    if request.method != "POST":
        return _adding(request, chosen, {"language": get_language() or "en"})
    roles = [role for role in queries.roles() if role.pk in chosen]
    try:
        invited = actions.invite(request.actor, invitees(request.POST), roles)
    except NotAllowed:
        raise
    except Refused as error:
        return _adding(request, chosen, kept(request.POST, *TYPED), error)
    return HttpResponseRedirect(f"{list_of(request.actor)}?invited={len(invited)}")


@page("people.view", of=queries.user, methods=("GET",))
def user(request: Request, person: Person) -> HttpResponse:
    """One person: state, roles, and the acts on it."""
    return _one(request, person)


@page("people.manage", of=queries.user, methods=("POST",))
def deactivate(request: Request, person: Person) -> HttpResponse:
    """End what the person may."""
    return act_on(request, person, lambda: actions.deactivate(request.actor, person))


@page("people.manage", of=queries.user, methods=("POST",))
def activate(request: Request, person: Person) -> HttpResponse:
    """Let the person sign in again."""
    return act_on(request, person, lambda: actions.activate(request.actor, person))


@page("people.manage", of=queries.user, methods=("POST",))
def resend(request: Request, person: Person) -> HttpResponse:
    """Mail a new link to the invited person."""
    return act_on(request, person, lambda: actions.resend_invitation(request.actor, person))


@page("people.manage", of=queries.user, methods=("POST",))
def unlock(request: Request, person: Person) -> HttpResponse:
    """End the lock that wrong passwords brought."""
    return act_on(request, person, lambda: actions.unlock(request.actor, person))


@page("people.manage", of=queries.user, methods=("POST",), fresh=True)
def reset_factor(request: Request, person: Person) -> HttpResponse:
    """Take the second factors from a person who has lost them."""
    return act_on(request, person, lambda: people_actions.reset_second_factor(request.actor, person))


@page("people.manage", of=queries.user, methods=("POST",))
def give_role(request: Request, person: Person) -> HttpResponse:
    """Let the person hold one more role."""
    return act_on(request, person, lambda: actions.assign_role(request.actor, _role(request), [person.pk]))


@page("people.manage", of=queries.user, methods=("POST",))
def take_role(request: Request, person: Person) -> HttpResponse:
    """Let the person hold a role no longer."""
    return act_on(request, person, lambda: actions.withdraw_role(request.actor, _role(request), person))


def _adding(
    request: Request, chosen: frozenset[int], typed: dict[str, str], error: Problem | None = None
) -> HttpResponse:
    context = {
        "roles": [_choice(role, role.pk in chosen) for role in queries.roles()], "values": typed,
        "languages": LANGUAGES, "error": error,
        "wrong": forms.wrong(error),
    }  # fmt: skip
    return render(request, "access/user_add.html", context, status=error.status if error else 200)


def _choice(role: Role, chosen: bool = False) -> dict[str, Any]:  # as it is shown
    return {"id": str(role.pk), "title": queries.title(role), "detail": role.description, "chosen": chosen}


def _role(request: Request) -> Role:
    role = queries.roles().filter(pk=number(request.POST, "role")).first()
    if role is None:
        raise Refused(_("Choose a role."), field="role")
    return role


def act_on(request: Request, person: Person, act: Callable[[], Any]) -> HttpResponse:
    """Do what was asked, and go back to the page of the person, which says why where that was refused."""
    return answered(act, lambda error: _one(request, queries.user(person.pk), error), f"{LIST}/{person.pk}")


def answered(act: Callable[[], Any], refused: Callable[[Refused], HttpResponse], done: str) -> HttpResponse:
    """Do what was asked and lead on; what was refused is answered by a page, a missing permission by the door."""
    try:
        act()
    except NotAllowed:
        raise
    except Refused as error:
        return refused(error)
    return HttpResponseRedirect(done)


def _one(request: Request, person: Person, error: Problem | None = None) -> HttpResponse:
    held = queries.roles_of([person.pk])[person.pk]
    known = {role.pk for role in held}
    others = [(role.pk, queries.title(role)) for role in queries.roles() if role.pk not in known]
    context = {
        "person": person, "held": [_choice(role) for role in held], "others": others, "error": error,
        "factors": people.second_factors([person.pk])[person.pk], "may_transfer": _may_transfer(request, person),
        "own": person.pk == request.actor.id, "may_manage": request.actor.holds("people.manage"),
    }  # fmt: skip
    return render(request, "access/user.html", context, status=error.status if error else 200)


def _may_transfer(request: Request, person: Person) -> bool:
    """Whether the partner could be handed to the person here and now."""
    able = person.pk in queries.active_administrators() and not person.owner
    return able and request.actor.holds("partners.transfer")
