"""What every handler gets: a call that has passed the permission check, and the answers for whole collections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import changes, collections, deltas, permissions, query, relations
from simulator.graph.assignments import give
from simulator.graph.collections import Source
from simulator.graph.problems import bad_request, no_such
from simulator.identity.tokens import Claims
from simulator.wire import Answer, Request, json_answer
from simulator.world import Account, Tenant


@dataclass(frozen=True)
class Call:
    """A call that has passed the permission check."""

    request: Request
    cloud: Cloud
    tenant: Tenant
    claims: Claims
    parts: tuple[str, ...]

    def account(self) -> Account:
        """The user of the path, or of the token for /me; 404 for nobody."""
        wished = self.parts[0] if self.parts else self.claims.oid
        found = self.cloud.world.account(wished) if "@" in wished else None
        if found is None or found.tenant_id != self.tenant.id:
            found = self.cloud.world.account_by_oid(self.tenant.id, wished)
        if found is None:
            raise no_such(wished)
        return found

    def object_id(self, entity: str) -> str:
        """The object of the path; a user may be named by principal name."""
        return self.account().oid if entity == "users" and "@" in self.parts[0] else self.parts[0]

    def source(self, entity: str) -> Source:
        """A whole collection; what may be read of it depends on the token and the tenant's licences."""
        kind = schema.kind(entity)
        permissions.check_premium(kind.premium, self.tenant)
        known = collections.entities(self.cloud, self.tenant, kind)
        return replace(known, expand=lambda relation, select, oid: relations.expansion(
            self.cloud, self.tenant, (entity, relation), select, oid))  # fmt: skip

    def body(self) -> dict[str, Any]:
        """The body as an object; 400 for anything else."""
        try:
            value = self.request.json()
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise bad_request("Unable to read JSON request payload.")
        return {name: item for name, item in value.items() if not name.startswith("@odata.")}


Handler = Callable[[Call], Answer]


def listing(entity: str) -> Handler:
    """A page of a collection."""

    def page(call: Call) -> Answer:
        source = call.source(entity)
        asked, _start = collections.asked_of(call.request, call.cloud, call.tenant, source)
        permissions.check_properties(asked.looks_at(source.kind), source.kind, call.claims, call.tenant)
        return collections.listed(call.request, call.cloud, call.tenant, source)

    return page


def counting(entity: str) -> Handler:
    """The number of a collection's objects."""
    return lambda call: collections.counted(call.request, call.source(entity))


def getting(entity: str) -> Handler:
    """One object."""
    return lambda call: single(call, entity, call.object_id(entity))


def only(entity: str) -> Handler:
    """The one object of a kind of which a tenant has no more."""

    def found(call: Call) -> Answer:
        made = call.cloud.world.generated(call.tenant, entity, 0, ("id",))
        return single(call, entity, made["id"])

    return found


def single(call: Call, entity: str, object_id: str) -> Answer:
    """One object of an id; 404 for none."""
    source = call.source(entity)
    asked = query.read(call.request, source.kind, query.SINGLE)
    permissions.check_properties(asked.looks_at(source.kind), source.kind, call.claims, call.tenant)
    return collections.single(
        call.request, source, lambda names: call.cloud.world.object(call.tenant, entity, object_id, names)
    )


def delta(entity: str) -> Handler:
    """What changed since a token."""
    return lambda call: deltas.delta(call.request, call.cloud, call.tenant, entity)


def creating(entity: str) -> Handler:
    """A new object, 201."""

    def create(call: Call) -> Answer:
        kind = schema.kind(entity)
        permissions.check_premium(kind.premium, call.tenant)
        made = give(call.cloud, call.tenant, call.body()) if entity == "roleAssignments" else changes.create(
            call.cloud, call.tenant, entity, call.body())  # fmt: skip
        shown = {name: made[name] for name in kind.chosen(())}
        return json_answer(
            {"@odata.context": f"{collections.link(call.request, '$metadata')}#{kind.path[1:]}/$entity"} | shown, 201
        )

    return create


def changing(entity: str) -> Handler:
    """Changed properties, 204."""

    def change(call: Call) -> Answer:
        permissions.check_premium(schema.kind(entity).premium, call.tenant)
        changes.change(call.cloud, call.tenant, entity, call.object_id(entity), call.body())
        return Answer(204)

    return change


def deleting(entity: str) -> Handler:
    """An object less, 204."""

    def delete(call: Call) -> Answer:
        permissions.check_premium(schema.kind(entity).premium, call.tenant)
        changes.delete(call.cloud, call.tenant, entity, call.object_id(entity))
        return Answer(204)

    return delete
