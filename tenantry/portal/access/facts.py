"""What happens to roles, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.facts import Code, Fact, Personal


@dataclass(frozen=True)
class RoleCreated(Fact):
    """A role came into being; `after` is its JSON."""

    role: int
    name_given: Personal
    after: Personal


@dataclass(frozen=True)
class RoleChanged(Fact):
    """A role gives something else now; before and after as JSON."""

    role: int
    name_given: Personal
    before: Personal
    after: Personal


@dataclass(frozen=True)
class RoleDeleted(Fact):
    """A role that nobody held is gone; `before` is its JSON."""

    role: int
    name_given: Personal
    before: Personal


@dataclass(frozen=True)
class RoleAssigned(Fact):
    """A person holds a role from now on."""

    role: int
    person: int


@dataclass(frozen=True)
class RoleWithdrawn(Fact):
    """A person holds a role no longer."""

    role: int
    person: int


@dataclass(frozen=True)
class AccessRefused(Fact):
    """A member was refused for lack of a permission; so many times since this was last told."""

    permission: Code
    count: int
