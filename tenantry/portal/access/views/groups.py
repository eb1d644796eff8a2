"""Customer groups: the list, the editor, the end of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tenantry.kernel.errors import Conflict, NotAllowed, Problem, Refused
from tenantry.kernel.text import _
from tenantry.kernel.web import forms
from tenantry.kernel.web.page import Request, page
from tenantry.portal.access import actions, queries
from tenantry.portal.access.forms import GroupForm
from tenantry.portal.access.rules import COLOURS
from tenantry.portal.access.views.lists import Groups
from tenantry.portal.customers.models import CustomerGroup

LIST = "/settings/customer-groups"
LISTED = 100


@dataclass(frozen=True)
class Tick:
    """A customer to tick."""

    id: str
    name: str
    member: bool
    ticked: bool


@page("access.groups", methods=("GET",))
def groups(request: Request) -> HttpResponse:
    """Every customer group, how many customers it holds, and what uses it."""
    return Groups.from_request(request, queries.groups()).respond("access/groups.html")


@page("access.groups")
def new_group(request: Request) -> HttpResponse:
    """A new static group."""
    form = GroupForm.sent(request.POST)
    if request.method != "POST" or request.POST.get("act") != "save":
        return _editor(request, None, form)
    try:
        actions.create_group(request.actor, form.wish(frozenset()))
    except NotAllowed:
        raise
    except Refused as error:
        return _editor(request, None, form, error)
    return HttpResponseRedirect(LIST)


@page("access.groups", of=queries.group)
def edit_group(request: Request, group: CustomerGroup) -> HttpResponse:
    """The editor of a group; what is staged shows who enters, who leaves and whose view changes."""
    if request.method != "POST":
        return _editor(request, group, GroupForm.stored(group))
    form = GroupForm.sent(request.POST)
    if request.POST.get("act") != "save":
        return _editor(request, group, form)
    try:
        actions.edit_group(request.actor, group, form.wish(queries.members(group)), form.stamp)
    except NotAllowed:
        raise
    except (Refused, Conflict) as error:
        return _editor(request, group, form, error)
    return HttpResponseRedirect(LIST)


@page("access.groups", of=queries.group)
def delete_group(request: Request, group: CustomerGroup) -> HttpResponse:
    """Ask, and delete a group that nothing uses."""
    context = {"group": group, "used": queries.uses([group.pk]).get(group.pk, []), "error": None}
    if request.method != "POST":
        return render(request, "access/group_delete.html", context)
    try:
        actions.delete_group(request.actor, group)
    except NotAllowed:
        raise
    except Refused as error:
        return render(request, "access/group_delete.html", context | {"error": error}, status=error.status)
    return HttpResponseRedirect(LIST)


def _editor(
    request: Request, group: CustomerGroup | None, form: GroupForm, error: Problem | None = None
) -> HttpResponse:
    present = queries.members(group) if group else frozenset()
    wished = form.wish(present).customers
    listed = queries.candidates(wished, form.find, LISTED)
    context = {
        "group": group,
        "title": group.name if group else _("New group"),
        "action": f"{LIST}/{group.pk}" if group else f"{LIST}/new",
        "staged": {"joining": sorted(map(str, form.joining)), "leaving": sorted(map(str, form.leaving))},
        "form": form,
        "ticks": [Tick(str(row.pk), row.organisation, row.pk in present, row.pk in wished) for row in listed],
        "full": len(listed) == LISTED,
        "count": len(wished),
        "movement": queries.group_changes(group, wished - present, present - wished),
        "colours": range(1, COLOURS + 1),
        "error": error,
        "wrong": forms.wrong(error),
    }
    name = "access/group_form.html" if request.headers.get("HX-Request") else "access/group.html"
    return render(request, name, context, status=error.status if error else 200)
