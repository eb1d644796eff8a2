"""The world of one process: generated objects, and what was changed since, read from the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from simulator import schema
from simulator.store import Store
from simulator.world import people
from simulator.world.draws import GENERATOR, draw, index_of, plain_guid
from simulator.world.people import GLOBAL_ADMINISTRATOR, Account
from simulator.world.tenants import Tenant, read

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
        self._consumed: dict[str, tuple[int, dict[str, int]]] = {}
        self.epoch = self._stamp()

    def _stamp(self) -> datetime:
        """Check that the store is this world's, and give the moment from which its dates count."""
        mine = {"world": self.name, "seed": self.seed, "generator": GENERATOR}
        found = self.store.read(b"world")
        if found is None:
            found = {**mine, "epoch": datetime.now(UTC).strftime("%Y-%m-%dT00:00:00+00:00")}
            self.store.write(b"world", found)
        if {key: found[key] for key in mine} != mine:
            raise ForeignOverlay(
                f"The data folder belongs to world {found['world']}, seed {found['seed']}, generator "
                f"{found['generator']}; reset it or start it as that."
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

    def tenants(self) -> list[Tenant]:
        """All tenants in their order."""
        return list(self._tenants.values())

    def tenant(self, id_or_domain: str) -> Tenant | None:
        """A tenant by id or by one of its domains."""
        wished = id_or_domain.lower()
        return self._tenants.get(wished) or self._domains.get(wished)

    def count(self, tenant: Tenant, entity: str) -> int:
        """How many objects of a kind were generated; those made since come behind them."""
        sizes = {"users": tenant.users, "groups": tenant.groups, "organization": 1, "domains": 2,
                 "subscribedSkus": len(tenant.licences)}  # fmt: skip
        return sizes[entity]

    def generated(self, tenant: Tenant, entity: str, index: int, names: tuple[str, ...]) -> dict[str, Any]:
        """The object at an index with these properties, as the seed made it."""
        base, words = self._base(tenant, entity, index)
        return schema.maker(entity, names, self.epoch)(base, words)

    def _base(self, tenant: Tenant, entity: str, index: int) -> tuple[dict[str, Any], tuple[int, ...]]:
        if entity == "users":
            return people.base(self.seed, tenant, index)
        if entity == "groups":
            return people.group_base(self.seed, tenant, index)
        makers = {"organization": self._organization, "domains": self._domain, "subscribedSkus": self._sku}
        return makers[entity](tenant, index), draw(self.seed, tenant.id, entity, index)

    def _organization(self, tenant: Tenant, _index: int) -> dict[str, Any]:
        domains = [self._domain(tenant, number) for number in range(2)]
        plans = [
            {"assignedDateTime": self.epoch.strftime("%Y-%m-%dT%H:%M:%SZ"), "capabilityStatus": "Enabled",
             "service": name.split("_")[0], "servicePlanId": plan}
            for licence in tenant.licences for name, plan in people.products()[licence.part]["plans"].items()
        ]  # fmt: skip
        return {
            "id": tenant.id, "display": tenant.display_name, "country": tenant.country, "language": "en",
            "mails": [f"admin@{tenant.default_domain}"], "plans": plans,
            "domains": [
                {"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": domain["default"],
                 "isInitial": domain["initial"], "name": domain["id"], "type": "Managed"} for domain in domains
            ],
        }  # fmt: skip

    def _domain(self, tenant: Tenant, index: int) -> dict[str, Any]:
        name = (tenant.default_domain, tenant.initial_domain)[index]
        return {"id": name, "default": index == 0, "initial": index == 1, "services": ["Email"]}

    def _sku(self, tenant: Tenant, index: int) -> dict[str, Any]:
        licence = tenant.licences[index]
        product = people.products()[licence.part]
        plans = [{"appliesTo": "User", "provisioningStatus": "Success", "servicePlanId": plan, "servicePlanName": name}
                 for name, plan in product["plans"].items()]  # fmt: skip
        return {
            "id": f"{tenant.id}_{product['id']}", "tenant": tenant.id, "name": tenant.display_name, "status": "Enabled",
            "consumed": self.consumed(tenant).get(product["id"], 0), "plans": plans, "sku": product["id"],
            "part": licence.part, "subscriptions": [plain_guid(self.seed, tenant.id, "subscription", index)],
            "prepaid": {"enabled": licence.enabled, "suspended": licence.suspended, "warning": licence.warning,
                        "lockedOut": 0},
        }  # fmt: skip

    def consumed(self, tenant: Tenant) -> dict[str, int]:
        """Users who hold each product: counted from the users themselves, so the sums agree."""
        at = self.change_count(tenant)
        known = self._consumed.get(tenant.id)
        if known is None or known[0] != at:
            counts: dict[str, int] = {}
            for _key, user in self.objects(tenant, "users", ("assignedLicenses",)):
                for licence in user["assignedLicenses"]:
                    counts[licence["skuId"]] = counts.get(licence["skuId"], 0) + 1
            known = self._consumed[tenant.id] = (at, counts)
        return known[1]

    def change_count(self, tenant: Tenant) -> int:
        """How many changes the tenant has seen; a delta token is this number."""
        return int(self.store.get(b"n/" + tenant.id.encode()) or b"0")

    def difference(self, tenant: Tenant, entity: str, object_id: str) -> dict[str, Any] | None:
        """What was changed of an object: {"patch"}, {"made"} or {"gone"}."""
        found: dict[str, Any] | None = self.store.read(f"o/{tenant.id}/{entity}/{object_id}".encode())
        return found

    def differences(self, tenant: Tenant, entity: str) -> dict[str, dict[str, Any]]:
        """All differences of a kind, by object id, in order of id."""
        prefix = f"o/{tenant.id}/{entity}/".encode()
        return {key[len(prefix) :].decode(): msgspec.json.decode(value) for key, value in self.store.scan(prefix)}

    def objects(
        self, tenant: Tenant, entity: str, names: tuple[str, ...], start: int = 0
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects of a kind from a position on, each with the position that follows it."""
        changed = self.differences(tenant, entity)
        count = self.count(tenant, entity)
        wanted = names if "id" in names or entity == "subscribedSkus" else ("id", *names)
        for index in range(start, count):
            made = self.generated(tenant, entity, index, wanted)
            difference = changed.get(made["id"])
            if difference is None or "patch" in difference:
                made.update({k: v for k, v in (difference or {}).get("patch", {}).items() if k in wanted})
                yield index + 1, made
        made_since = [value for value in changed.values() if "made" in value]
        for number, value in enumerate(sorted(made_since, key=lambda item: item["order"])):
            if count + number >= start:
                yield count + number + 1, {name: value["made"].get(name) for name in wanted}

    def object(self, tenant: Tenant, entity: str, object_id: str, names: tuple[str, ...]) -> dict[str, Any] | None:
        """One object as it stands now; None for a foreign or deleted id."""
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
        if entity in {"users", "groups"}:
            found = index_of(self.seed, tenant.id, object_id)
            known = found is not None and found[0] == entity[:-1] and found[1] < self.count(tenant, entity)
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
        tenant = self._domains.get(upn.rpartition("@")[2].lower())
        if tenant is None:
            return None
        wished = upn.lower()
        for _position, user in self.objects(tenant, "users", ("id", "userPrincipalName")):
            if user["userPrincipalName"].lower() == wished:
                return self.account_by_oid(tenant.id, user["id"])
        return None

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
        index = self.index(tenant, "users", oid)
        role = people.cast_at(tenant, index) if index is not None else ""
        return (GLOBAL_ADMINISTRATOR,) if role.startswith("admin") else ()


def _has_sharepoint(licences: list[dict[str, Any]]) -> bool:
    held = {licence["skuId"]: set(licence["disabledPlans"]) for licence in licences}
    return any(
        plan.startswith(SHAREPOINT) and plan_id not in held[product["id"]]
        for product in people.products().values() if product["id"] in held
        for plan, plan_id in product["plans"].items()
    )  # fmt: skip


def load(name: str, seed: int, store: Store) -> World:
    """The world of a name; ForeignOverlay when the store belongs to another."""
    return World(name, seed, store)
