"""What is decided about roles and groups from values alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenantry.kernel.errors import Refused
from tenantry.kernel.text import _

SHORTEST_NAME, LONGEST_NAME, LONGEST_DESCRIPTION = 2, 60, 250
MOST_ROLES, MOST_GROUPS_OF_ROLE, MOST_ROLES_OF_PERSON, COLOURS = 200, 50, 20, 8
SEE_CUSTOMERS = "customers.view"
IMPLY_VIEW = ("act", "manage")


@dataclass(frozen=True)
class Permission:
    """A row of the catalogue; scope is P (whole partner), C (per customer), A (administrators only) or L (licences)."""

    name: str
    scope: str
    sentence: str
    tenant_users: bool = False

    @property
    def folder(self) -> str:
        """The folder that declares it."""
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        """What it lets a person do there."""
        return self.name.partition(".")[2]

    @property
    def grantable(self) -> bool:
        """Whether a custom role may give it."""
        return self.scope != "A"


Catalogue = Mapping[str, Permission]


@dataclass(frozen=True)
class Wish:
    """A role as somebody wants it; `groups` is ignored where it holds everywhere."""

    name: str
    description: str
    permissions: frozenset[str]
    everywhere: bool
    groups: frozenset[int]


def check_role(wish: Wish, catalogue: Catalogue) -> None:
    """Refuse a role without a proper name, permissions or scope, or with permissions that nobody may give."""
    check_name(wish.name)
    check_description(wish.description)
    if not wish.permissions:
        raise Refused(_("Choose at least one permission."), field="permissions")
    if not wish.everywhere and not wish.groups:
        raise Refused(_("Choose all customers or at least one customer group."), field="groups")
    if not wish.everywhere and len(wish.groups) > MOST_GROUPS_OF_ROLE:
        raise Refused(_("A role holds at most {most} customer groups."), field="groups", most=MOST_GROUPS_OF_ROLE)
    _check_permissions(wish.permissions, catalogue)


def _check_permissions(wished: frozenset[str], catalogue: Catalogue) -> None:
    for name in sorted(wished):
        known = catalogue.get(name)
        if known is None or not known.grantable:
            raise Refused(_("{permission} cannot be given by a role."), field="permissions", permission=name)
        view = f"{known.folder}.view"
        if view in catalogue and view not in wished and known.verb not in IMPLY_VIEW:
            raise Refused(_("{permission} needs {view} beside it."), field="permissions", permission=name, view=view)


def check_name(name: str) -> None:
    """A role or group is named with 2 to 60 characters."""
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Refused(_("A name has {shortest} to {longest} characters."), field="name", shortest=SHORTEST_NAME,
                      longest=LONGEST_NAME)  # fmt: skip
    _check_one_line(name, "name")


def check_description(text: str) -> None:
    """A description stays short."""
    if len(text) > LONGEST_DESCRIPTION:
        raise Refused(_("A description has at most {longest} characters."), field="description",
                      longest=LONGEST_DESCRIPTION)  # fmt: skip
    _check_one_line(text, "description")


def _check_one_line(text: str, field: str) -> None:
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise Refused(_("Leave out line breaks and control characters."), field=field)


def check_free(taken: bool) -> None:  # the one thing it decides on
    """A name stands once."""
    if taken:
        raise Refused(_("This name is taken already."), field="name")


def check_room(count: int, most: int) -> None:
    """Refuse one more than a partner may have."""
    if count >= most:
        raise Refused(_("There are {most} already, which is the most there can be."), most=most)


def check_roles_of_person(count: int) -> None:
    """A person holds 1 to 20 roles."""
    if count < 1:
        raise Refused(_("Choose at least one role."), field="roles")
    if count > MOST_ROLES_OF_PERSON:
        raise Refused(_("A person holds at most {most} roles."), field="roles", most=MOST_ROLES_OF_PERSON)


def check_colour(colour: int) -> None:
    """A group wears one of the eight category colours."""
    if not 1 <= colour <= COLOURS:
        raise Refused(_("Choose one of the colours."), field="colour")


def check_demotion(*, own: bool, owner: bool) -> None:
    """Nobody gives up its own role Administrators, and the owner keeps it."""
    if own:
        raise Refused(_("You cannot take the role Administrators from yourself."))
    if owner:
        raise Refused(_("The partner's owner keeps the role Administrators. Change the owner first."))


def check_deletion(*, own: bool, owner: bool) -> None:
    """Nobody deletes itself, nor the partner's owner."""
    if own:
        raise Refused(_("You cannot delete yourself."))
    if owner:
        raise Refused(_("The partner's owner cannot be deleted. Change the owner first."))


def check_owner(*, administrator: bool, owner: bool) -> None:
    """The owner is an active administrator."""
    if owner:
        raise Refused(_("This person is the partner's owner already."))
    if not administrator:
        raise Refused(_("Only an active administrator can become the partner's owner."))


def check_administrators_left(others: int) -> None:
    """A partner keeps at least one active administrator."""
    if others < 1:
        raise Refused(_("This is the last active administrator. Give the role to somebody else first."))


def held(permissions: Iterable[str], catalogue: Catalogue) -> frozenset[str]:
    """What a role gives: `act` and `manage` imply `view` of their folder, any permission on customers shows them.

    `catalogue` holds present permissions only, so a name of an absent folder gives nothing.
    """
    named = {name for name in permissions if name in catalogue}
    implied = {f"{catalogue[name].folder}.view" for name in named if catalogue[name].verb in IMPLY_VIEW}
    on_customers = any(catalogue[name].scope == "C" for name in named)
    return frozenset(named | (implied & catalogue.keys()) | ({SEE_CUSTOMERS} if on_customers else set()))


@dataclass(frozen=True)
class Holding:
    """What one role gives one person: permissions, on these customers; `role` names it."""

    role: str
    permissions: frozenset[str]
    customers: frozenset[int]


@dataclass(frozen=True)
class Line:
    """One thing that a person gains or loses; `customers` is None for a permission of the whole partner.

    `kept` and `by` say on how many customers another role gives the same.
    """

    permission: str
    gains: bool
    customers: int | None
    kept: int = 0
    by: str = ""


def effect(before: Holding | None, after: Holding | None, others: list[Holding], catalogue: Catalogue) -> list[Line]:
    """What changes for a person when one of its roles becomes another, gains first; others may give it too."""
    changed = (before.permissions if before else frozenset()) ^ (after.permissions if after else frozenset())
    names = sorted(changed | {SEE_CUSTOMERS}, key=list(catalogue).index)
    gained = (_line(name, after, before, others, catalogue, gains=True) for name in names)
    lost = (_line(name, before, after, others, catalogue, gains=False) for name in names)
    return [line for line in (*gained, *lost) if line]


def _line(
    name: str, here: Holding | None, there: Holding | None, others: list[Holding], catalogue: Catalogue, *, gains: bool
) -> Line | None:
    """The difference that `here` makes over `there` and the other roles, for one permission."""
    if here is None or name not in here.permissions:
        return None
    elsewhere = [holding for holding in others if name in holding.permissions]
    if catalogue[name].scope != "C":
        held_there = there is not None and name in there.permissions
        return None if held_there or elsewhere else Line(name, gains, None)
    touched = here.customers - (there.customers if there and name in there.permissions else frozenset())
    kept = touched & frozenset().union(*(holding.customers for holding in elsewhere))
    if not touched - kept:
        return None
    by = next((holding.role for holding in elsewhere if holding.customers & touched), "")
    return Line(name, gains, len(touched - kept), len(kept), by)
