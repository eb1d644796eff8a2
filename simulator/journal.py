"""What differs from the seed and when it came to: every change is kept with what was before, and told in order.

Delta reads the journal, and its token is the journal's last number. Lists that lag behind look at what was before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.store import Store, Write

if TYPE_CHECKING:
    from simulator.world import Tenant, World
    from simulator.world.memberships import Ref

Value = dict[str, Any]
REMEMBERED = 8
"""Earlier states of an object that are kept for lists that lag."""


@dataclass(frozen=True)
class Change:
    """A transaction that changes a tenant at a moment of the world clock."""

    write: Write
    tenant: Tenant
    at: float

    def known(self, entity: str, object_id: str) -> Value:
        """The difference of an object as it is before this change; empty when there is none."""
        return self._read(f"o/{self.tenant.id}/{entity}/{object_id}")

    def keep(self, entity: str, object_id: str, value: Value) -> None:
        """Store a difference and tell it."""
        self._put(f"o/{self.tenant.id}/{entity}/{object_id}", value)
        self._note(entity, [self.at, object_id])

    def link(self, place: tuple[str, str], ref: Ref, *, present: bool) -> None:
        """Put an object into a relation of a group (relation and id), or take it out, and tell it."""
        key = f"r/{self.tenant.id}/{place[0]}/{place[1]}"
        known: Value = {"added": [], "removed": []} | self._read(key)
        into, out_of = ("added", "removed") if present else ("removed", "added")
        others = [one for one in known[into] if one != list(ref)]
        self._put(key, {into: [*others, list(ref)], out_of: [one for one in known[out_of] if one != list(ref)]})
        self.tell_link(place, ref, present=present)

    def tell_link(self, place: tuple[str, str], ref: Ref, *, present: bool) -> None:
        """Tell that an object is in a relation of a group, or no longer, where that follows from something else."""
        self._note("groups", [self.at, place[1], place[0], *ref, present])

    def _read(self, key: str) -> Value:
        found: Value = msgspec.json.decode(self.write.get(key.encode()) or b"{}")
        return found

    def _put(self, key: str, value: Value) -> None:
        kept = {name: one for name, one in value.items() if name not in {"at", "was"}} | {"at": self.at}
        before = self._read(key)
        if before:
            _forget(before, REMEMBERED)
            kept["was"] = before
        self.write.put(key.encode(), msgspec.json.encode(kept))

    def _note(self, entity: str, value: list[Any]) -> None:
        number = self.write.next(self.tenant.id)
        self.write.put(f"c/{self.tenant.id}/{entity}/{number:016d}".encode(), msgspec.json.encode(value))


def _forget(value: Value, depth: int) -> None:
    """Drop what was before so many changes."""
    for _time in range(depth):
        if "was" not in value:
            return
        value = value["was"]
    value.pop("was", None)


@contextmanager
def changing(world: World, tenant: Tenant) -> Iterator[Change]:
    """Change a tenant: all of it stands once this ends without an error, or none."""
    at = world.now().timestamp()
    with world.store.begin() as write:
        yield Change(write, tenant, at)


def as_of(value: Value | None, moment: float) -> Value | None:
    """What a kept value was at a moment; None where there was none."""
    while value is not None and value["at"] > moment:
        value = value.get("was")
    return value


def last(store: Store, tenant: Tenant, moment: float) -> int:
    """The number of the last change until a moment."""
    told = store.scan(f"c/{tenant.id}/".encode())
    return max((int(key[-16:]) for key, value in told if msgspec.json.decode(value)[0] <= moment), default=0)


@dataclass
class Told:
    """What happened to one object: the last number, and who was linked or no longer is."""

    last: int = 0
    links: dict[str, dict[Ref, bool]] = field(default_factory=dict)


def since(store: Store, tenant: Tenant, entity: str, span: tuple[int, int], relations: list[str]) -> dict[str, Told]:
    """What happened to each object after the first number, up to the second; links only of the named relations."""
    prefix = f"c/{tenant.id}/{entity}/".encode()
    told: dict[str, Told] = {}
    for key, value in store.scan(prefix, prefix + f"{span[0]:016d}".encode()):
        number, (_at, object_id, *link) = int(key[len(prefix) :]), msgspec.json.decode(value)
        if number > span[1]:
            break
        if link and link[0] not in relations:
            continue
        one = told.setdefault(object_id, Told())
        one.last = number
        if link:
            one.links.setdefault(link[0], {})[link[1], link[2]] = link[3]
    return told
