"""The three lists of this folder: users, roles, customer groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, _, lazy
from tenantry.kernel.web.grid import Bulk, Choice, Column, Empty, Grid, View
from tenantry.kernel.web.page import Request
from tenantry.kernel.web.parts import Tab, badge, chips, menu_item, name_cell, status_word
from tenantry.kernel.web.parts.shape import format_html
from tenantry.kernel.web.templatetags.format import ago, day, figure
from tenantry.portal.access import queries
from tenantry.portal.access.models import Role
from tenantry.portal.customers.models import CustomerGroup
from tenantry.portal.notifications.models import Mail
from tenantry.portal.people import queries as people
from tenantry.portal.people.models import Person

FACTORS = (("none", lazy("none")), ("app", lazy("app")), ("passkey", lazy("passkey")))
USERS, ROLES, GROUPS = "/settings/users", "/settings/roles", "/settings/customer-groups"


def _state(person: Any) -> SafeString:
    match person.status:
        case Person.State.ACTIVE:
            word = status_word("good", _("Active"))
        case Person.State.DEACTIVATED:
            word = status_word("idle", _("Deactivated"))
        case Person.State.INVITED:
            word = status_word("waiting", _("Invited"))
        case _:
            word = status_word("soon", _("Expired"))
    beside = _of_mail(person) or (badge(_("Locked"), "soon", "lock") if person.locked else "")
    return format_html("{} {}", word, beside) if beside else word


def _of_mail(person: Any) -> SafeString | str:
    """What keeps the invitation from its receiver."""
    if person.status != Person.State.INVITED:
        return ""
    match person.mailed:
        case Mail.State.WAITING:
            return badge(_("Mail waiting"))
        case Mail.State.FAILED:
            return badge(_("Mail not delivered"), "failed", "alert-circle")
        case _:
            return ""


def _named(person: Any) -> SafeString | str:
    return format_html("{} {}", person.name, badge(_("Owner"), "accent")) if person.owner else str(person.name)


def _factor(person: Any) -> str:
    """What a person proves itself with besides a password."""
    words = {"app": _("app"), "passkey": _("passkey")}
    return ", ".join(words[kind] for kind in person.factors) or _("none")


def _last(person: Any) -> str:
    return ago(person.last_signed_in_at) or _("never")


def _roles() -> list[tuple[int, Text]]:
    return [(role.pk, queries.title(role)) for role in queries.roles()]


def _people(role: Any) -> SafeString:
    return format_html('<a href="{}?view={}">{}</a>', USERS, role.pk, figure(role.held_by))


def _group(group: Any) -> SafeString:
    swatch = format_html('<svg class="tn-c-{}" width="10" height="10" aria-hidden="true"><rect width="10" height="10"'
                         ' rx="2"/></svg>', group.colour)  # fmt: skip
    name = name_cell(group.name, f"{GROUPS}/{group.pk}", group.description)
    return format_html('<span class="tn-swatched">{}{}</span>', swatch, name)


def _used(used: list[tuple[Text, int]]) -> str:
    return ", ".join(f"{title}: {count}" for title, count in used) or _("nothing")


class Users(Grid):
    """People of the partner, by role."""

    key, label, sort = "users", lazy("Users"), "email"
    columns = (
        Column("email", lazy("E-mail"), lambda row: name_cell(row.email, f"{USERS}/{row.pk}"), sort="email_key",
               width=220, pinned=True),
        Column("name", lazy("Name"), _named, sort="first_name", width=190, card="chips"),
        Column("type", lazy("Sign-in type"), lambda _row: _("Local"), width=110, card="hidden"),
        Column("roles", lazy("Roles"), lambda row: ", ".join(row.role_names) or _("no role"), card="hidden"),
        Column("status", lazy("Status"), _state, sort="status", width=140, card="status"),
        Column("factor", lazy("Second factor"), _factor, width=120, card="hidden"),
        Column("last", lazy("Last sign-in"), _last, sort="last_signed_in_at", width=110, card="side"),
        Column("added", lazy("Added"), lambda row: day(row.added_at), sort="added_at", width=110, card="hidden"),
    )  # fmt: skip
    filters = (
        Choice("state", lazy("Status"), queries.STATES, narrow=queries.in_states),
        Choice("role", lazy("Role"), _roles, narrow=queries.holding),
        Choice("factor", lazy("Second factor"), FACTORS, narrow=queries.with_factors),
        Choice("away", lazy("No sign-in"), (("30", lazy("for 30 days")), ("90", lazy("for 90 days"))),
               narrow=queries.away),
    )  # fmt: skip
    search, search_label = ("email",), lazy("Find a user")
    empty = Empty(lazy("Nobody holds this role yet"), lazy("Open a user and give it this role."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = queries.tabs()
        self.views = [View("", _("All users")), *(_of_role(tab.role) for tab in self.roles if tab.role)]  # type: ignore[misc]  # a partner's own roles are its tabs

    @classmethod
    def of_actor(cls, request: Request, may_manage: bool) -> Self:
        """The list with what the actor may do to several users."""
        grid = cls.from_request(request, queries.users())
        grid.bulk = list(grid.acts()) if may_manage else []
        return grid

    def acts(self) -> Iterator[Bulk]:
        """Taking the open tab's role away, and deleting."""
        if self.view and self.view.key:
            yield Bulk(_("Take the role away"), reverse("users_take", args=[self.view.key]), "user-minus", "page")
        yield Bulk(_("Delete…"), reverse("users_delete"), "trash", "page")

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """Each word stands in the name or the address."""
        return queries.matching(rows, wish)

    def prepare(self, rows: list[Any]) -> None:
        """Everybody's roles and second factors, read once."""
        ids = [row.pk for row in rows]
        held, factors = queries.roles_of(ids), people.second_factors(ids)
        for row in rows:
            row.role_names = [str(queries.title(role)) for role in held[row.pk]]
            row.factors = factors[row.pk]

    @property
    def tabs(self) -> list[Tab]:
        """Everybody and each role, with how many there are in all."""
        return [
            Tab(view.title, self.state.having(view=view.key).link(), view is self.view, figure(tab.count))
            for view, tab in zip(self.views, self.roles, strict=True)
        ]


def _of_role(role: Role) -> View:
    return View(str(role.pk), queries.title(role), lambda rows: rows.filter(holdings__role=role))


class Candidates(Grid):
    """People who do not hold a role yet."""

    key, label, sort = "candidates", lazy("Users without the role"), "email"
    columns = (
        Column("email", lazy("E-mail"), lambda row: name_cell(row.email), sort="email_key", width=320, pinned=True),
        Column("name", lazy("Name"), _named, sort="first_name", width=240, card="chips"),
        Column("status", lazy("Status"), _state, sort="status", width=200, card="status"),
    )  # fmt: skip
    search, search_label = ("email",), lazy("Find a user")
    empty = Empty(lazy("Everybody holds this role"))

    @classmethod
    def of_role(cls, request: Request, role: Role) -> Self:
        """The list with the one act it is for."""
        act = Bulk(_("Give the role"), reverse("users_give", args=[role.pk]), "user-plus", "page")
        return cls.from_request(request, queries.without(role), [act])

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """Each word stands in the name or the address."""
        return queries.matching(rows, wish)


class Roles(Grid):
    """Every role with what it gives, where, and to how many."""

    key, label, sort = "roles", lazy("Roles"), "role"
    columns = (
        Column("role", lazy("Role"), lambda row: name_cell(queries.title(row), f"{ROLES}/{row.pk}", row.description),
               sort="name", width=360, pinned=True),
        Column("permissions", lazy("Permissions"), lambda row: len(queries.grant(row).permissions), width=120,
               number=True, card="hidden"),
        Column("customers", lazy("Customers"), lambda row: _("All customers") if row.everywhere else chips(row.groups),
               card="chips"),
        Column("people", lazy("People"), _people, sort="held_by", width=100, number=True, card="side"),
        Column("changed", lazy("Changed"), lambda row: ago(row.changed_at), sort="changed_at", width=140,
               card="status"),
    )  # fmt: skip
    search, search_label = ("name__icontains",), lazy("Find a role")
    has_menu = True

    def prepare(self, rows: list[Any]) -> None:
        """The names of the groups, read once."""
        names = queries.group_names()
        for row in rows:
            row.groups = sorted(names[group] for group in row.reach)

    def menu(self, row: Any) -> Sequence[SafeString]:
        """Copy, and the end of it; nothing for the built-in role."""
        if row.builtin:
            return ()
        return (menu_item(_("Duplicate"), f"{ROLES}/new?copy={row.pk}", "copy"),
                menu_item(_("Delete…"), f"{ROLES}/{row.pk}/delete", "trash", "dangerous"))  # fmt: skip


class Groups(Grid):
    """Every customer group, how many customers it holds, and what uses it."""

    key, label, sort = "groups", lazy("Customer groups"), "group"
    columns = (
        Column("group", lazy("Group"), _group, sort="name", width=360, pinned=True),
        Column("kind", lazy("Kind"), CustomerGroup.get_kind_display, width=120, card="hidden"),
        Column("customers", lazy("Customers"), lambda row: figure(row.held), sort="held", width=120, number=True,
               card="side"),
        Column("used", lazy("Used by"), lambda row: _used(row.used), card="status"),
        Column("changed", lazy("Changed"), lambda row: ago(row.changed_at), sort="changed_at", width=140,
               card="hidden"),
    )  # fmt: skip
    search, search_label = ("name__icontains",), lazy("Find a group")
    empty = Empty(
        lazy("No customer groups yet"),
        lazy("Roles reach customers through groups: North, Schools, everything that one colleague looks after."),
        lazy("Make the first group"), f"{GROUPS}/new",
    )  # fmt: skip

    def prepare(self, rows: list[Any]) -> None:
        """What uses the groups, read once."""
        used = queries.uses([row.pk for row in rows])
        for row in rows:
            row.used = used.get(row.pk, [])
