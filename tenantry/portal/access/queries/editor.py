"""A role as its editor shows it: permissions by groups, what is staged, and who would gain or lose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count

from tenantry.kernel import registry
from tenantry.kernel.text import Text, _, lazy
from tenantry.portal.access import rules
from tenantry.portal.access.models import Role, RoleHolder
from tenantry.portal.access.queries.catalogue import catalogue
from tenantry.portal.access.queries.roles import grant
from tenantry.portal.access.rules import Holding, Line, Permission, Wish
from tenantry.portal.customers.models import Customer, CustomerGroup, GroupMember
from tenantry.portal.people.models import Person

ALL_CUSTOMERS = 0
WHOLE_PARTNER = lazy("Whole partner")
Cell = Literal["held", "gains", "loses", "none", "off"]


@dataclass(frozen=True)
class Column:
    """All customers, or one customer group; `was` is how it is stored."""

    id: int
    name: Text
    customers: int
    chosen: bool
    was: bool
    shut: bool = False  # all customers are chosen, so that a group says nothing

    @property
    def key(self) -> str:
        """Its id in a form."""
        return str(self.id)


@dataclass(frozen=True)
class Row:
    """One permission; `cells` has one entry a column, none for a permission of the whole partner."""

    name: str
    sentence: str
    chosen: bool
    was: bool
    cells: tuple[Cell, ...]
    shown: bool

    @property
    def whole(self) -> Cell:
        """The one cell of a permission of the whole partner."""
        return _change(self.was, self.chosen)


@dataclass(frozen=True)
class Section:
    """The rows of one folder, or those of the whole partner."""

    title: Text
    rows: list[Row]

    @property
    def shown(self) -> bool:
        """Whether the search leaves any of its rows."""
        return any(row.shown for row in self.rows)


@dataclass(frozen=True)
class Sheet:
    """What the editor shows."""

    columns: list[Column]
    sections: list[Section]
    held: int
    changed: int
    staged: int

    @property
    def total(self) -> int:
        """How many permissions a role may give here."""
        return sum(len(section.rows) for section in self.sections)


@dataclass(frozen=True)
class Effect:
    """What one person gains and loses."""

    person: Person
    lines: list[Line]


def sheet(role: Role | None, wish: Wish, find: str = "", show: str = "all") -> Sheet:
    """The matrix of a wish beside the stored role; `find` and `show` hide rows but keep them in the form."""
    stored = role.as_wish() if role else Wish("", "", frozenset(), everywhere=False, groups=frozenset())
    columns = _columns(stored, wish)
    grantable = [known for known in catalogue().values() if known.grantable]
    before, after = (rules.held(held.permissions, catalogue()) for held in (stored, wish))
    rows = {known.name: _row(known, stored, wish, _cells(known, columns, before, after)) for known in grantable}
    kept = {name: _hide(row, find, show) for name, row in rows.items()}
    toggled = stored.permissions & kept.keys() ^ wish.permissions
    moved = [column for column in columns if column.chosen != column.was]
    renamed = role is not None and (stored.name, stored.description) != (wish.name, wish.description)
    return Sheet(columns, list(_sections(grantable, kept)), len(wish.permissions), len(toggled),
                 len(toggled) + len(moved) + renamed)  # fmt: skip


def _columns(stored: Wish, wish: Wish) -> list[Column]:
    shown = Customer.of_partner.filter(state__in=Customer.SHOWN)
    members = GroupMember.of_partner.filter(customer__in=shown).values("group_id").annotate(count=Count("id"))
    counts = {row["group_id"]: row["count"] for row in members}
    everywhere = Column(ALL_CUSTOMERS, _("All customers"), shown.count(), wish.everywhere,
                        stored.everywhere)  # fmt: skip
    groups = [
        Column(group.pk, group.name, counts.get(group.pk, 0), not wish.everywhere and group.pk in wish.groups,
               not stored.everywhere and group.pk in stored.groups, wish.everywhere)
        for group in CustomerGroup.objects.order_by("name")
    ]  # fmt: skip
    return [everywhere, *groups]


def _row(known: Permission, stored: Wish, wish: Wish, cells: tuple[Cell, ...]) -> Row:
    return Row(known.name, _(known.sentence), known.name in wish.permissions, known.name in stored.permissions, cells,
               shown=True)  # fmt: skip


def _cells(known: Permission, columns: list[Column], before: frozenset[str], after: frozenset[str]) -> tuple[Cell, ...]:
    if known.scope != "C":
        return ()
    return tuple(_cell(column, known.name in before, known.name in after) for column in columns)


def _cell(column: Column, before: bool, after: bool) -> Cell:  # both asked once, above
    if not column.chosen and not column.was:
        return "off"
    return _change(before and column.was, after and column.chosen)


def _change(before: bool, after: bool) -> Cell:  # two sides of one thing
    match (before, after):
        case (True, True):
            return "held"
        case (False, True):
            return "gains"
        case (True, False):
            return "loses"
        case _:
            return "none"


def _hide(row: Row, find: str, show: str) -> Row:
    wished = {"held": row.chosen, "changed": row.chosen != row.was}.get(show, True)
    found = find.casefold() in f"{row.sentence} {row.name}".casefold()
    return row if wished and found else Row(**{**vars(row), "shown": False})


def _sections(grantable: Iterable[Permission], rows: Mapping[str, Row]) -> Iterator[Section]:
    titles = {manifest.name: manifest.title for manifest in registry.manifests()}
    folders: dict[str, list[Row]] = {}
    for known in grantable:
        folders.setdefault(known.folder if known.scope == "C" else "", []).append(rows[known.name])
    for folder, kept in folders.items():
        if folder:
            yield Section(titles[folder], kept)
    yield Section(WHOLE_PARTNER, folders.get("", []))


def effects(role: Role, wish: Wish) -> list[Effect]:
    """What each active holder would gain and lose, in the order of their names."""
    people = list(Person.objects.active().filter(holdings__role=role).order_by("first_name", "last_name", "pk"))
    others = {other.pk: other for other in Role.objects.exclude(pk=role.pk).with_groups()}
    held: dict[int, list[Role]] = {person.pk: [] for person in people}
    for holder in RoleHolder.objects.filter(person__in=people).exclude(role=role):
        held[holder.person_id].append(others[holder.role_id])
    reach = _Reach()
    before, after = reach.holding(role), reach.wished(wish)
    return [
        Effect(person, rules.effect(before, after, [reach.holding(other) for other in held[person.pk]], catalogue()))
        for person in people
    ]


class _Reach:
    """Customers by group, read once."""

    def __init__(self) -> None:
        self.everybody = frozenset(Customer.of_partner.values_list("pk", flat=True))
        self.groups: dict[int, set[int]] = {}
        for group, customer in GroupMember.of_partner.values_list("group_id", "customer_id"):
            self.groups.setdefault(group, set()).add(customer)

    def holding(self, role: Role) -> Holding:
        """What a stored role gives."""
        given = grant(role)
        return Holding(role.name, given.permissions, self._customers(given.groups))

    def wished(self, wish: Wish) -> Holding:
        """What a wish would give."""
        return Holding(wish.name, rules.held(wish.permissions, catalogue()),
                       self._customers(None if wish.everywhere else wish.groups))  # fmt: skip

    def _customers(self, groups: frozenset[int] | None) -> frozenset[int]:
        if groups is None:
            return self.everybody
        return frozenset().union(*(self.groups.get(group, set()) for group in groups))
