"""What happened in a tenant, in order: delta tells it, and the last number is the delta token."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from simulator.store import Store, Write
from simulator.world import Tenant
from simulator.world.memberships import Ref


@dataclass
class Told:
    """What happened to one object since a moment: the last number, and who was linked or no longer is."""

    last: int = 0
    links: dict[str, dict[Ref, bool]] = field(default_factory=dict)


def changed(write: Write, tenant: Tenant, entity: str, object_id: str) -> None:
    """Note that an object came, changed or went."""
    _note(write, tenant, entity, object_id)


def linked(write: Write, tenant: Tenant, place: tuple[str, str], ref: Ref, *, present: bool) -> None:
    """Note that an object came into a relation of a group (relation and id), or left it."""
    relation, group_id = place
    _note(write, tenant, "groups", [group_id, relation, *ref, present])


def _note(write: Write, tenant: Tenant, entity: str, value: str | list[str | bool]) -> None:
    number = write.next(tenant.id)
    write.put(f"c/{tenant.id}/{entity}/{number:016d}".encode(), msgspec.json.encode(value))


def since(store: Store, tenant: Tenant, entity: str, span: tuple[int, int], relations: list[str]) -> dict[str, Told]:
    """What happened to each object after the first number, up to the second; links only of the named relations."""
    prefix = f"c/{tenant.id}/{entity}/".encode()
    told: dict[str, Told] = {}
    for key, value in store.scan(prefix, prefix + f"{span[0]:016d}".encode()):
        number, noted = int(key[len(prefix) :]), msgspec.json.decode(value)
        if number > span[1]:
            break
        if isinstance(noted, str):
            told.setdefault(noted, Told()).last = number
        elif noted[1] in relations:
            one = told.setdefault(noted[0], Told())
            one.last = number
            one.links.setdefault(noted[1], {})[noted[2], noted[3]] = noted[4]
    return told
