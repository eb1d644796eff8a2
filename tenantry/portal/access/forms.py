"""What the pages of this folder send, parsed and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from tenantry.portal.access import queries
from tenantry.portal.access.actions import GroupWish, Invitees
from tenantry.portal.access.models import Role
from tenantry.portal.access.queries.editor import ALL_CUSTOMERS
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import CustomerGroup

LONGEST, LARGEST = 300, 2**62
MOST_IDS = 1_000
LONGEST_LIST = 20_000
EMPTY = Wish("", "", frozenset(), everywhere=False, groups=frozenset())


def text(data: QueryDict, field: str) -> str:
    """One line, without spaces around it, signs that no database keeps, and more than any field takes."""
    return str(data.get(field, "")).replace("\0", "").strip()[:LONGEST]


def number(data: QueryDict, field: str) -> int:
    """A whole number, 0 where there is none."""
    return _number(str(data.get(field, "")))


def ids(data: QueryDict, field: str) -> frozenset[int]:
    """The ids that were ticked."""
    found = (_number(str(given)) for given in data.getlist(field)[:MOST_IDS])
    return frozenset(found) - {0}


def _number(given: str) -> int:
    whole = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
    return whole if whole < LARGEST else 0


@dataclass(frozen=True)
class RoleForm:
    """A role as it stands in the editor, and what the editor shows of it."""

    wish: Wish
    version: int
    find: str = ""
    show: str = "all"

    @classmethod
    def stored(cls, role: Role | None, wish: Wish = EMPTY) -> RoleForm:
        """The role before anybody touched it; a new one starts from a wish."""
        return cls(role.as_wish(), role.version) if role else cls(wish, 0)

    @classmethod
    def sent(cls, data: QueryDict) -> RoleForm:
        """What the browser sent; a preset that was chosen replaces the permissions."""
        everywhere = str(ALL_CUSTOMERS) in data.getlist("groups")
        wish = Wish(text(data, "name"), text(data, "description"), _permissions(data), everywhere, ids(data, "groups"))
        return cls(wish, number(data, "version"), text(data, "find"), text(data, "show") or "all")


def _permissions(data: QueryDict) -> frozenset[str]:
    chosen = data.get("preset", "")
    preset = next((preset for preset in queries.presets() if preset.key == chosen), None)
    return preset.permissions if preset else frozenset(data.getlist("permissions")) & queries.catalogue().keys()


@dataclass(frozen=True)
class GroupForm:
    """A group as it stands in the editor: staged joins and leaves, and what the list of customers shows."""

    name: str
    description: str
    colour: int
    joining: frozenset[int]
    leaving: frozenset[int]
    stamp: str
    find: str

    @classmethod
    def stored(cls, group: CustomerGroup) -> GroupForm:
        """The group before anybody touched it."""
        nobody = frozenset[int]()
        return cls(group.name, group.description, group.colour, nobody, nobody, queries.stamp(group), "")

    @classmethod
    def sent(cls, data: QueryDict) -> GroupForm:
        """What the browser sent: of the customers that it listed, ticked ones are in and the others are not."""
        listed, ticked = ids(data, "listed"), ids(data, "customers")
        joining = (ids(data, "joining") - listed) | (ticked - ids(data, "members"))
        leaving = (ids(data, "leaving") - listed) | (ids(data, "members") & listed - ticked)
        return cls(text(data, "name"), text(data, "description"), number(data, "colour") or 1, joining, leaving,
                   text(data, "stamp"), text(data, "find"))  # fmt: skip

    def wish(self, members: frozenset[int]) -> GroupWish:
        """The whole group that this makes of its present members."""
        return GroupWish(self.name, self.description, self.colour, (members - self.leaving) | self.joining, members)


def invitees(data: QueryDict) -> Invitees:
    """People to invite, from a text with one address a line."""
    return Invitees(str(data.get("emails", "")).replace("\0", "")[:LONGEST_LIST], text(data, "language"))


def kept(data: Mapping[str, object], *fields: str) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {field: str(data.get(field, ""))[:LONGEST_LIST] for field in fields}
