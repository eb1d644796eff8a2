"""Who is asking, and what they may."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tenantry.kernel import ports
from tenantry.kernel.errors import NotAllowed


@dataclass(frozen=True)
class Grant:
    """What one role gives: its permissions, on all customers (`groups` is None) or on those of the groups."""

    permissions: frozenset[str]
    groups: frozenset[int] | None = None


OWN = "own"
"""In place of a permission: the thing belongs to the person who asks (its profile, session, notice)."""

VISITOR = "visitor"
"""In place of a permission: nobody has proved yet who asks; what happens before sign-in."""

SERVER = "server"
"""In place of a permission: only a command on the server does it, and no person whatever its roles."""

LINKED = "linked"
"""In place of a permission: the thing is the one row that the visitor's link names."""

_KINDS = {VISITOR: "visitor", SERVER: "system"}
AREAS = frozenset({"services", "licenses"})


@dataclass(frozen=True)
class Actor:
    """Somebody, or something, that asks; holds its roles as (permissions, groups), never a list of customers."""

    kind: str  # person, system, link, visitor, operator
    id: int
    label: str
    partner: int
    region: str
    grants: tuple[Grant, ...] = ()
    address: str = field(default="", compare=False)
    purpose: str = ""  # of a link: which kind of row it names, by its id
    areas: frozenset[str] = AREAS

    def holds(self, permission: str) -> bool:
        """Whether some role gives the permission, on at least the customers of its scope."""
        return any(permission in grant.permissions for grant in self.grants)

    def enters(self, area: str) -> bool:
        """Whether the partner's capabilities, and the actor's roles, open the area; what is shared is open to all."""
        return area == "shared" or area in self.areas

    def everywhere(self, permission: str) -> bool:
        """Whether a role over all customers gives the permission."""
        return any(permission in grant.permissions and grant.groups is None for grant in self.grants)

    def require(self, permission: str, thing: Any = None) -> None:
        """Refuse with 403 unless a single role gives the permission on the thing.

        `OWN` asks whose the thing is instead, `VISITOR` that nobody has signed in, `LINKED` that a link names it,
        `SERVER` that no person asks.
        """
        if not self._allowed(permission, thing):
            raise NotAllowed(permission)

    def _allowed(self, permission: str, thing: Any) -> bool:
        if permission == OWN:
            return self._owns(thing)
        if permission == LINKED:
            return self.kind == "link" and (thing.pk, thing.purpose) == (self.id, self.purpose)
        if permission in _KINDS:
            return self.kind == _KINDS[permission]
        return ports.resolver().may(self, permission, thing)

    def _owns(self, thing: Any) -> bool:
        owner = getattr(thing, "person_id", getattr(thing, "pk", None))
        return self.kind == "person" and (thing is None or owner == self.id)


class _Everything(frozenset[str]):
    """The permissions of a system actor that was given all of them."""

    def __contains__(self, permission: object) -> bool:
        return isinstance(permission, str)


def visitor(partner: int, region: str, address: str = "") -> Actor:
    """Nobody yet: may look at nothing, but a routed request can find its session row."""
    return Actor("visitor", 0, "", partner, region, (), address)


def system(partner: int, region: str, permissions: frozenset[str] | None = None, label: str = "Tenantry") -> Actor:
    """Does what nobody asked for: ticks, reactions, seeding; holds the permissions that its task declares."""
    held = _Everything() if permissions is None else permissions
    return Actor("system", 0, label, partner, region, (Grant(held, None),))
