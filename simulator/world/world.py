"""The world of one process: generated objects, and what was changed since, read from the store."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from simulator import journal, schema
from simulator.store import Store
from simulator.world import memberships
from simulator.world.draws import GENERATOR, index_of
from simulator.world.kinds import collections, sorts
from simulator.world.memberships import Memberships
from simulator.world.people import Account
from simulator.world.tenants import Tenant, products, read

GUID = 36
"""Characters of a GUID, whose letters may be of either case; other ids are told apart by it."""
LAYOUT = 2
"""How differences are kept; a data folder of another layout is refused as one of another seed is."""
SHAREPOINT = ("SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "SHAREPOINTDESKLESS", "SHAREPOINTLITE")


class ForeignOverlay(RuntimeError):  # noqa: N818  # named for what was found
    """The store holds differences of another seed, world or generator."""


class World:
    """Tenants, and every object of them as it stands now."""

    def __init__(self, name: str, seed: int, store: Store) -> None:
        self.name, self.seed, self.store = name, seed, store
        self._tenants = {tenant.id: tenant for tenant in read(name, seed)}
        self._domains = {domain: tenant for tenant in self._tenants.values()
                         for domain in (tenant.default_domain, tenant.initial_domain)}  # fmt: skip
        self._figures: OrderedDict[tuple[str, str], tuple[tuple[int, int], Any]] = OrderedDict()
        self._names: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._makers: dict[tuple[str, tuple[str, ...], date], Callable[[Any, Any], dict[str, Any]]] = {}
        self.lag = 0.0
        self.epoch = self._stamp()

    def _stamp(self) -> datetime:
        """Check that the store is this world's, and give the moment from which its dates count."""
        mine = {"world": self.name, "seed": self.seed, "generator": GENERATOR, "layout": LAYOUT}
        found = self.store.read(b"world")
        if found is None:
            found = {**mine, "epoch": self.now().strftime("%Y-%m-%dT00:00:00+00:00")}
            self.store.write(b"world", found)
        if {key: found.get(key) for key in mine} != mine:
            raise ForeignOverlay(
                f"The data folder belongs to world {found['world']}, seed {found['seed']}, generator "
                f"{found['generator']}, layout {found.get('layout', 1)}; remove it or start it as that."
            )
        return datetime.fromisoformat(found["epoch"])

    def now(self) -> datetime:
        """The world clock."""
        clock = self.store.read(b"clock") or {"offset": 0.0, "frozen": None}
        if clock["frozen"] is not None:
            return datetime.fromisoformat(clock["frozen"])
        return datetime.now(UTC) + timedelta(seconds=clock["offset"])

    def advance(self, seconds: float) -> None:
        """Move the world clock forward."""
        clock = self.store.read(b"clock") or {"offset": 0.0, "frozen": None}
        if clock["frozen"] is not None:
            moved = datetime.fromisoformat(clock["frozen"]) + timedelta(seconds=seconds)
            clock["frozen"] = moved.isoformat()
        clock["offset"] += seconds
        self.store.write(b"clock", clock)

    def freeze(self, *, frozen: bool) -> None:
        """Stop the world clock where it is, or let it run on from there."""
        now, clock = self.now(), self.store.read(b"clock") or {"offset": 0.0, "frozen": None}
        if not frozen and clock["frozen"] is not None:
            clock["offset"] = (now - datetime.now(UTC)).total_seconds()
        self.store.write(b"clock", clock | {"frozen": now.isoformat() if frozen else None})

    def tenants(self) -> list[Tenant]:
        """All tenants in their order."""
        return list(self._tenants.values())

    def tenant(self, id_or_domain: str) -> Tenant | None:
        """A tenant by id or by one of its domains."""
        wished = id_or_domain.lower()
        return self._tenants.get(wished) or self._domains.get(wished)

    def count(self, tenant: Tenant, entity: str) -> int:
        """How many objects of a kind were generated; those made since come behind them."""
        return collections()[entity].count(self, tenant)

    def generated(self, tenant: Tenant, entity: str, index: int, names: tuple[str, ...]) -> dict[str, Any]:
        """The object at an index with these properties, as the seed made it."""
        return self._maker(entity, names)(*self._base(tenant, entity, index))

    def _maker(self, entity: str, names: tuple[str, ...]) -> Callable[[Any, Any], dict[str, Any]]:
        key = (entity, names, self.now().date())
        found = self._makers.get(key)
        if found is None:
            if len(self._makers) > 256:
                self._makers.clear()
            found = schema.maker(schema.kind(entity), names, schema.Clock(self.epoch, key[2]))
            self._makers[key] = found
        return found

    def _base(self, tenant: Tenant, entity: str, index: int) -> tuple[dict[str, Any], tuple[int, ...]]:
        return collections()[entity].base(self, tenant, index)

    def consumed(self, tenant: Tenant) -> dict[str, int]:
        """Users who hold each product: counted from the users themselves, so the sums agree."""
        found: dict[str, int] = self._counted_once("consumed", tenant, lambda: self._consumed(tenant))
        return found

    def licensed(self, tenant: Tenant) -> int:
        """How many users hold a product at all."""
        users = self.objects(tenant, "users", ("assignedLicenses",))
        found: int = self._counted_once(
            "licensed", tenant, lambda: sum(1 for _at, user in users if user["assignedLicenses"])
        )
        return found

    def assignments(self, tenant: Tenant) -> list[dict[str, Any]]:
        """Who holds which directory role, as it stands."""
        names = ("id", "principalId", "roleDefinitionId")
        found: list[dict[str, Any]] = self._counted_once(
            "assignments", tenant, lambda: [item for _at, item in self.objects(tenant, "roleAssignments", names)]
        )
        return found

    def entity_of(self, tenant: Tenant, object_id: str) -> str:
        """The entity set of a directory object's id, whether it is there or not; empty for a foreign id."""
        found = index_of(self.seed, tenant.id, object_id)
        if found is not None and found[0] != "made":
            return sorts().get(found[0], "directoryRoles")
        made = ("users", "groups", "applications", "servicePrincipals") if found else ()
        return next((entity for entity in made if self.difference(tenant, entity, object_id)), "")

    def memberships(self, tenant: Tenant) -> Memberships:
        """Who is in which group, as it stands."""
        found: Memberships = self._counted_once("memberships", tenant, lambda: memberships.read(self, tenant))
        return found

    def _counted_once(self, name: str, tenant: Tenant, count: Callable[[], Any]) -> Any:
        """A figure over a whole tenant, kept until the tenant changes; the last tenants only."""
        key, at = (name, tenant.id), self.state(tenant)
        known = self._figures.pop(key, None)
        if known is None or known[0] != at:
            known = (at, count())
        self._figures[key] = known
        if len(self._figures) > 64:
            self._figures.popitem(last=False)
        return known[1]

    def _consumed(self, tenant: Tenant) -> dict[str, int]:
        counts: dict[str, int] = {}
        for _position, user in self.objects(tenant, "users", ("assignedLicenses",)):
            for licence in user["assignedLicenses"]:
                counts[licence["skuId"]] = counts.get(licence["skuId"], 0) + 1
        return counts

    def reset(self) -> None:
        """Return to the seed: everything that came since is forgotten, apps and consents too; the clock goes on."""
        kept = {key: self.store.read(key) for key in (b"world", b"clock")}
        resets = self._resets() + 1
        self.store.clear()
        for key, value in kept.items():
            if value is not None:
                self.store.write(key, value)
        self.store.write(b"resets", resets)

    def _resets(self) -> int:
        return int(self.store.read(b"resets") or 0)

    def state(self, tenant: Tenant) -> tuple[int, int]:
        """What figures and pages of a tenant depend on: how often all was reset, and the changes since."""
        return self._resets(), self.change_count(tenant)

    def change_count(self, tenant: Tenant) -> int:
        """How many changes the tenant has seen; a delta token is this number."""
        if self.lag:
            return journal.last(self.store, tenant, self._horizon())
        return int(self.store.get(b"n/" + tenant.id.encode()) or b"0")

    def lagging(self, seconds: float) -> World:
        """The world as lists show it that are so many seconds behind; a new object's id is not known there either."""
        behind = copy.copy(self)
        behind.lag, behind._figures, behind._names = seconds, OrderedDict(), OrderedDict()
        return behind

    def _horizon(self) -> float:
        return self.now().timestamp() - self.lag

    def as_seen(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """A kept value as this world sees it: what it was, for one that lags."""
        return journal.as_of(value, self._horizon()) if self.lag else value

    def difference(self, tenant: Tenant, entity: str, object_id: str) -> dict[str, Any] | None:
        """What was changed of an object: {"patch"}, {"made"} or {"gone"}; a lag hides only that it was made."""
        found: dict[str, Any] | None = self.store.read(f"o/{tenant.id}/{entity}/{object_id}".encode())
        return None if found is not None and "made" in found and self.as_seen(found) is None else found

    def differences(self, tenant: Tenant, entity: str) -> dict[str, dict[str, Any]]:
        """All differences of a kind, by object id, in order of id."""
        prefix = f"o/{tenant.id}/{entity}/".encode()
        found = {key[len(prefix) :].decode(): msgspec.json.decode(value) for key, value in self.store.scan(prefix)}
        if not self.lag:
            return found
        return {name: seen for name, value in found.items() if (seen := self.as_seen(value)) is not None}

    def objects(
        self, tenant: Tenant, entity: str, names: tuple[str, ...], start: int = 0
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects of a kind from a position on, each with the position that follows it."""
        changed = self.differences(tenant, entity)
        count = self.count(tenant, entity)
        wanted = names if "id" in names else ("id", *names)
        make = self._maker(entity, wanted)
        for index in range(start, count):
            made = make(*self._base(tenant, entity, index))
            difference = changed.get(made["id"])
            if difference is None or "patch" in difference:
                made.update({k: v for k, v in (difference or {}).get("patch", {}).items() if k in wanted})
                yield index + 1, made
        made_since = [value for value in changed.values() if "made" in value]
        for value in sorted(made_since, key=lambda item: item["order"]):
            if count + value["order"] > start:
                yield count + value["order"], {name: value["made"].get(name) for name in wanted}

    def object(self, tenant: Tenant, entity: str, object_id: str, names: tuple[str, ...]) -> dict[str, Any] | None:
        """One object as it stands now; None for a foreign or deleted id."""
        object_id = object_id.lower() if len(object_id) == GUID else object_id
        difference = self.difference(tenant, entity, object_id)
        if difference is not None and "gone" in difference:
            return None
        if difference is not None and "made" in difference:
            return {name: difference["made"].get(name) for name in names}
        index = self.index(tenant, entity, object_id)
        if index is None:
            return None
        made = self.generated(tenant, entity, index, names)
        made.update({k: v for k, v in (difference or {}).get("patch", {}).items() if k in names})
        return made

    def index(self, tenant: Tenant, entity: str, object_id: str) -> int | None:
        """The index that an id was made from; None for a foreign one."""
        sort = collections()[entity].ids
        if sort:
            found = index_of(self.seed, tenant.id, object_id)
            known = found is not None and found[0] == sort and found[1] < self.count(tenant, entity)
            return found[1] if found is not None and known else None
        for index in range(self.count(tenant, entity)):
            if self.generated(tenant, entity, index, ("id",))["id"] == object_id:
                return index
        return None

    def cast(self, tenant_id: str) -> dict[str, Account]:
        """The named accounts of a tenant, by their role in the cast."""
        tenant = self._tenants[tenant_id]
        found = {}
        for index, role in enumerate(tenant.cast):
            account = self.account_by_oid(tenant_id, self.generated(tenant, "users", index, ("id",))["id"])
            if account is not None:
                found[role] = account
        return found

    def account(self, upn: str) -> Account | None:
        """A user by principal name, in whichever tenant."""
        wished = upn.lower()
        tenant = self._domains.get(wished.rpartition("@")[2])
        if tenant is None:
            return None
        changed = self.differences(tenant, "users")
        for oid, difference in changed.items():
            now = difference.get("made") or difference.get("patch") or {}
            if str(now.get("userPrincipalName", "")).lower() == wished:
                return self.account_by_oid(tenant.id, oid)
        oid = self._by_name(tenant).get(wished, "")
        renamed = "userPrincipalName" in changed.get(oid, {}).get("patch", {})
        return None if renamed else self.account_by_oid(tenant.id, oid)

    def _by_name(self, tenant: Tenant) -> dict[str, str]:
        """The ids of generated users by principal name, kept for the last tenants."""
        found = self._names.pop(tenant.id, None)
        if found is None:
            users = (
                self.generated(tenant, "users", index, ("id", "userPrincipalName")) for index in range(tenant.users)
            )
            found = {user["userPrincipalName"].lower(): user["id"] for user in users}
        self._names[tenant.id] = found
        if len(self._names) > 8:
            self._names.popitem(last=False)
        return found

    def account_by_oid(self, tenant_id: str, oid: str) -> Account | None:
        """A user by object id."""
        tenant = self._tenants.get(tenant_id)
        names = ("id", "userPrincipalName", "displayName", "accountEnabled", "assignedLicenses")
        user = self.object(tenant, "users", oid, names) if tenant else None
        if tenant is None or user is None:
            return None
        return Account(tenant.id, oid, user["userPrincipalName"], user["displayName"], bool(user["accountEnabled"]),
                       self._roles(tenant, oid), _has_sharepoint(user["assignedLicenses"]))  # fmt: skip

    def _roles(self, tenant: Tenant, oid: str) -> tuple[str, ...]:
        return tuple(one["roleDefinitionId"] for one in self.assignments(tenant) if one["principalId"] == oid)


def _has_sharepoint(licences: list[dict[str, Any]]) -> bool:
    held = {licence["skuId"]: set(licence["disabledPlans"]) for licence in licences}
    return any(
        plan.startswith(SHAREPOINT) and plan_id not in held[product["id"]]
        for product in products().values() if product["id"] in held
        for plan, plan_id in product["plans"].items()
    )  # fmt: skip


def load(name: str, seed: int, store: Store) -> World:
    """The world of a name; ForeignOverlay when the store belongs to another."""
    return World(name, seed, store)
