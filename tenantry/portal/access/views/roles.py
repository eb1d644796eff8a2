"""Roles: the list, the editor, the end of one, and the catalogue of permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from tenantry.kernel.errors import Conflict, NotAllowed, Problem, Refused
from tenantry.kernel.text import _, ngettext, say
from tenantry.kernel.web import forms
from tenantry.kernel.web.page import Request, page
from tenantry.portal.access import actions, queries, rules
from tenantry.portal.access.forms import RoleForm, number
from tenantry.portal.access.models import Role
from tenantry.portal.access.rules import Wish
from tenantry.portal.access.views.lists import Roles
from tenantry.portal.people.models import Person

LIST = "/settings/roles"


@dataclass(frozen=True)
class Listed:
    """A row of the catalogue, and for each preset whether it holds the permission."""

    permission: rules.Permission
    sentence: str
    presets: list[bool]


@dataclass(frozen=True)
class Said:
    """One gain or loss in words."""

    gains: bool
    sentence: str
    where: str


@dataclass(frozen=True)
class Told:
    """What one person gains and loses, in words."""

    person: Person
    lines: list[Said]


@page("access.roles", methods=("GET",))
def roles(request: Request) -> HttpResponse:
    """Every role with what it gives, to whom."""
    grid = Roles.from_request(request, queries.roles())
    return grid.respond("access/roles.html", {"alone": grid.page.total < 2, "presets": queries.presets()})


@page("access.roles")
def new_role(request: Request) -> HttpResponse:
    """A new role: empty, from a preset, or a copy of another."""
    if request.method != "POST":
        return _editor(request, None, RoleForm.stored(None, _start(request)))
    form = RoleForm.sent(request.POST)
    if request.POST.get("act") != "save":
        return _editor(request, None, form)
    try:
        actions.create_role(request.actor, form.wish)
    except NotAllowed:
        raise
    except Refused as error:
        return _editor(request, None, form, error)
    return HttpResponseRedirect(LIST)


@page("access.roles", of=queries.role)
def edit_role(request: Request, role: Role) -> HttpResponse:
    """The editor of a role; what is staged is shown with who gains and loses before it is saved."""
    if request.method != "POST" or role.builtin:
        return _editor(request, role, RoleForm.stored(role))
    form = RoleForm.sent(request.POST)
    if request.POST.get("act") != "save":
        return _editor(request, role, form)
    try:
        actions.edit_role(request.actor, role, form.wish, form.version)
    except NotAllowed:
        raise
    except (Refused, Conflict) as error:
        return _editor(request, role, form, error)
    return HttpResponseRedirect(LIST)


@page("access.roles", of=queries.role)
def delete_role(request: Request, role: Role) -> HttpResponse:
    """Ask, and delete; whoever holds the role goes on with another."""
    others = queries.roles().exclude(pk=role.pk)
    choices = [(other.pk, other.name) for other in others if not other.builtin]
    context = {"role": role, "others": choices, "people": role.holders.count(), "error": None}
    if request.method != "POST":
        return render(request, "access/role_delete.html", context)
    move_to = others.filter(pk=number(request.POST, "move_to")).first()
    try:
        actions.delete_role(request.actor, role, move_to)
    except NotAllowed:
        raise
    except Refused as error:
        return render(request, "access/role_delete.html", context | {"error": error}, status=error.status)
    return HttpResponseRedirect(LIST)


@page("access.roles", methods=("GET",))
def permissions(request: Request) -> HttpResponse:
    """The catalogue of permissions of present folders, and which presets hold what."""
    presets = queries.presets()
    rows = [
        Listed(known, _(known.sentence), [known.name in preset.permissions for preset in presets])
        for known in queries.catalogue().values()
    ]
    return render(request, "access/permissions.html", {"rows": rows, "presets": presets})


def _start(request: Request) -> Wish:
    """What a new role begins with."""
    copied = queries.roles().filter(pk=number(request.GET, "copy"), builtin=False).first()
    if copied is not None:
        wish = copied.as_wish()
        return Wish("", wish.description, wish.permissions, wish.everywhere, wish.groups)
    return RoleForm.sent(request.GET).wish


def _editor(request: Request, role: Role | None, form: RoleForm, error: Problem | None = None) -> HttpResponse:
    effects = queries.effects(role, form.wish) if role else []
    changed = [Told(effect.person, [_said(line) for line in effect.lines]) for effect in effects if effect.lines]
    sheet = queries.sheet(role, form.wish, form.find, form.show)
    field = getattr(error, "field", "")
    context = _of_role(role) | {
        "form": form,
        "sheet": sheet,
        "span": len(sheet.columns) + 1,
        "shows": _shows(sheet),
        "holders": len(effects),
        "changed": changed,
        "unchanged": len(effects) - len(changed),
        "presets": queries.presets(),
        "theirs": queries.changed_by(role) if role and isinstance(error, Conflict) else "",
        "error": error,
        "wrong": forms.wrong(error),
        "naming": role is None or field in {"name", "description"},
    }
    name = "access/role_sheet.html" if request.headers.get("HX-Request") else "access/role.html"
    return render(request, name, context, status=error.status if error else 200)


def _of_role(role: Role | None) -> dict[str, Any]:
    """What the page says of the stored role, or of one that is not there yet."""
    if role is None:
        return {
            "role": None,
            "title": _("New role"),
            "action": f"{LIST}/new",
            "back": LIST,
            "version": "0",
            "people": 0,
        }
    here = f"{LIST}/{role.pk}"
    return {
        "role": role, "title": queries.title(role), "action": here, "back": here, "version": str(role.version),
        "people": role.holders.count(), "people_href": f"/settings/users?view={role.pk}",
    }  # fmt: skip


def _shows(sheet: queries.Sheet) -> list[tuple[str, str]]:
    return [
        ("all", say(_("All {n}"), n=sheet.total)),
        ("held", say(_("Held {n}"), n=sheet.held)),
        ("changed", say(_("Changed {n}"), n=sheet.changed)),
    ]


def _said(line: rules.Line) -> Said:
    """A gain or loss in words: what, and where; another role that gives the same is named."""
    if line.customers is None:
        return Said(line.gains, _permission(line.permission), _("for the whole partner"))
    if line.permission == rules.SEE_CUSTOMERS and not line.kept:
        seen = ngettext("See {n} customer", "See {n} customers", line.customers)
        return Said(line.gains, say(seen, n=line.customers), "")
    return Said(line.gains, _permission(line.permission), _where(line))


def _where(line: rules.Line) -> str:
    if not line.kept:
        return say(ngettext("in {n} customer", "in {n} customers", line.customers or 0), n=line.customers)
    kept = _("in {n}; has {kept} by {role}") if line.gains else _("in {n}; keeps {kept} by {role}")
    return say(kept, n=line.customers, kept=line.kept, role=line.by)


def _permission(name: str) -> str:
    return _(queries.catalogue()[name].sentence)
