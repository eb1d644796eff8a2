"""From an address to what answers it: token, permission, query, answer, in this order."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import msgspec

from simulator import schema
from simulator.cloud import Cloud
from simulator.graph import batch, changes, collections, deltas, members, permissions, query, relations
from simulator.graph.collections import Source
from simulator.graph.problems import GraphError, bad_request, forbidden, no_such, unauthorized, unknown_segment
from simulator.identity import consents
from simulator.identity.tokens import Claims
from simulator.wire import Answer, Request, json_answer
from simulator.world import Account, Tenant
from simulator.world.memberships import Ref


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
        known = collections.entities(self.cloud, self.tenant, schema.kind(entity))
        return replace(known, expand=lambda relation, select, oid: relations.expansion(
            self.cloud, self.tenant, relation, select, oid))  # fmt: skip

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


def _list(entity: str) -> Handler:
    def page(call: Call) -> Answer:
        source = call.source(entity)
        asked, _start = collections.asked_of(call.request, call.cloud, call.tenant, source)
        permissions.check_properties(asked.looks_at(source.kind), source.kind, call.claims, call.tenant)
        return collections.listed(call.request, call.cloud, call.tenant, source)

    return page


def _count(entity: str) -> Handler:
    return lambda call: collections.counted(call.request, call.source(entity))


def _one(entity: str) -> Handler:
    return lambda call: _single(call, entity, call.object_id(entity))


def _single(call: Call, entity: str, object_id: str) -> Answer:
    source = call.source(entity)
    asked = query.read(call.request, source.kind, query.SINGLE)
    permissions.check_properties(asked.looks_at(source.kind), source.kind, call.claims, call.tenant)
    return collections.single(
        call.request, source, lambda names: call.cloud.world.object(call.tenant, entity, object_id, names)
    )


def _me(call: Call) -> Answer:
    return _single(call, "users", call.account().oid)


def _delta(entity: str) -> Handler:
    return lambda call: deltas.delta(call.request, call.cloud, call.tenant, entity)


def _create(entity: str) -> Handler:
    def create(call: Call) -> Answer:
        made = changes.create(call.cloud, call.tenant, entity, call.body())
        kind = schema.kind(entity)
        shown = {name: made[name] for name in kind.chosen(())}
        return json_answer(
            {"@odata.context": f"{collections.link(call.request, '$metadata')}#{entity}/$entity"} | shown, 201
        )

    return create


def _change(entity: str) -> Handler:
    def change(call: Call) -> Answer:
        changes.change(call.cloud, call.tenant, entity, call.object_id(entity), call.body())
        return Answer(204)

    return change


def _delete(entity: str) -> Handler:
    def delete(call: Call) -> Answer:
        changes.delete(call.cloud, call.tenant, entity, call.object_id(entity))
        return Answer(204)

    return delete


def _licences(call: Call) -> Answer:
    source = relations.licence_details(call.cloud, call.tenant, call.account())
    return collections.listed(call.request, call.cloud, call.tenant, source)


def _related(find: Callable[[Call], list[Ref]]) -> Handler:
    def related(call: Call) -> Answer:
        path, slash, count = call.request.path.rpartition("/")
        counts = count.replace("%24", "$").lower() == "$count"
        source = relations.source(call.cloud, call.tenant, path if counts else f"{path}{slash}{count}", find(call))
        if counts:
            return collections.counted(call.request, source)
        return collections.listed(call.request, call.cloud, call.tenant, source)

    return related


def _groups_of_user(*, deep: bool) -> Handler:
    return _related(lambda call: relations.groups_of(call.cloud, call.tenant, call.account().oid, deep=deep))


def _groups_of_group(*, deep: bool) -> Handler:
    def found(call: Call) -> list[Ref]:
        relations.members(call.cloud, call.tenant, call.parts[0])  # 404 for no group
        return relations.groups_of(call.cloud, call.tenant, call.parts[0], deep=deep)

    return _related(found)


def _add(relation: str) -> Handler:
    def add(call: Call) -> Answer:
        members.add(call.cloud, call.tenant, relation, call.parts[0], [members.reference(call.request)])
        return Answer(204)

    return add


def _remove(relation: str) -> Handler:
    def remove(call: Call) -> Answer:
        members.remove(call.cloud, call.tenant, relation, call.parts[0], call.parts[1])
        return Answer(204)

    return remove


_ID = r"([^/]+)"
_CAST = r"(?:/microsoft\.graph\.(?:user|group|directoryrole))?(?:/\$count)?"
ROUTES: list[tuple[str, str, str, Handler]] = [
    ("GET", "/organization", "/organization", _list("organization")),
    ("GET", f"/organization/{_ID}", "/organization/{id}", _one("organization")),
    ("GET", "/domains", "/domains", _list("domains")),
    ("GET", f"/domains/{_ID}", "/domains/{id}", _one("domains")),
    ("GET", "/subscribedskus", "/subscribedskus", _list("subscribedSkus")),
    ("GET", f"/subscribedskus/{_ID}", "/subscribedskus/{id}", _one("subscribedSkus")),
    ("GET", "/me", "/me", _me),
    ("GET", "/me/licensedetails", "/me/licensedetails", _licences),
    ("GET", f"/me/transitivememberof{_CAST}", "/me/transitivememberof", _groups_of_user(deep=True)),
    ("GET", f"/users/{_ID}/licensedetails", "/users/{id}/licensedetails", _licences),
    ("GET", f"/users/{_ID}/memberof{_CAST}", "/users/{id}/memberof", _groups_of_user(deep=False)),
    ("GET", f"/users/{_ID}/transitivememberof{_CAST}", "/users/{id}/transitivememberof", _groups_of_user(deep=True)),
    ("GET", f"/groups/{_ID}/memberof{_CAST}", "/groups/{id}/memberof", _groups_of_group(deep=False)),
    ("GET", f"/groups/{_ID}/transitivememberof{_CAST}", "/groups/{id}/transitivememberof", _groups_of_group(deep=True)),
    ("GET", f"/groups/{_ID}/members{_CAST}", "/groups/{id}/members",
     _related(lambda call: relations.members(call.cloud, call.tenant, call.parts[0]))),
    ("GET", f"/groups/{_ID}/transitivemembers{_CAST}", "/groups/{id}/transitivemembers",
     _related(lambda call: relations.members(call.cloud, call.tenant, call.parts[0], deep=True))),
    ("GET", f"/groups/{_ID}/owners{_CAST}", "/groups/{id}/owners",
     _related(lambda call: relations.owners(call.cloud, call.tenant, call.parts[0]))),
]  # fmt: skip
for _relation in ("members", "owners"):
    ROUTES += [
        ("POST", rf"/groups/{_ID}/{_relation}/\$ref", f"/groups/{{id}}/{_relation}/$ref", _add(_relation)),
        (
            "DELETE",
            rf"/groups/{_ID}/{_relation}/{_ID}/\$ref",
            f"/groups/{{id}}/{_relation}/{{id}}/$ref",
            _remove(_relation),
        ),
    ]
for _entity in ("users", "groups"):
    ROUTES += [
        ("GET", rf"/{_entity}/\$count", f"/{_entity}/$count", _count(_entity)),
        ("GET", rf"/{_entity}/(?:microsoft\.graph\.)?delta(?:\(\))?", f"/{_entity}/delta", _delta(_entity)),
        ("GET", f"/{_entity}", f"/{_entity}", _list(_entity)),
        ("POST", f"/{_entity}", f"/{_entity}", _create(_entity)),
        ("GET", f"/{_entity}/{_ID}", f"/{_entity}/{{id}}", _one(_entity)),
        ("PATCH", f"/{_entity}/{_ID}", f"/{_entity}/{{id}}", _change(_entity)),
        ("DELETE", f"/{_entity}/{_ID}", f"/{_entity}/{{id}}", _delete(_entity)),
    ]
_COMPILED = [(method, re.compile(pattern, re.IGNORECASE), f"{method} {endpoint}", handler)
             for method, pattern, endpoint, handler in ROUTES]  # fmt: skip


async def handle(request: Request, claims: Claims | None, cloud: Cloud) -> Answer:
    """Answer a call to /v1.0 or /beta; `claims` is what the token says, None for a token that does not hold."""
    request = replace(request, query=_options(request.query))
    try:
        tenant = _admitted(request, claims, cloud)
        if claims is not None and request.method == "POST" and _path(request).lower() == "/$batch":
            return batch.run(request, cloud, claims, lambda inner: _answer(inner, claims, cloud, tenant))
        return _answer(request, claims, cloud, tenant)
    except GraphError as refusal:
        return refusal.answer


def _answer(request: Request, claims: Claims | None, cloud: Cloud, tenant: Tenant) -> Answer:
    path = _path(request)
    for method, pattern, endpoint, handler in _COMPILED:
        match = pattern.fullmatch(path) if method == request.method else None
        if match is not None and claims is not None:
            if endpoint.partition(" ")[2].startswith("/me") and claims.app_only:
                raise forbidden()
            permissions.check(endpoint, claims)
            return handler(Call(request, cloud, tenant, claims, tuple(unquote(part) for part in match.groups())))
    raise unknown_segment(_stranger(path))


def _options(asked: dict[str, str]) -> dict[str, str]:
    """The query with the names of its system options in lower case: Graph does not tell them apart."""
    return {name.lower() if name.startswith("$") else name: value for name, value in asked.items()}


def _path(request: Request) -> str:
    """The path behind the version, still encoded but for the `$` that clients encode."""
    return "/" + request.path.partition("/")[2].partition("/")[2].replace("%24", "$").rstrip("/")


def _stranger(path: str) -> str:
    """The segment that leads nowhere: the first that no address begins with."""
    parts = path.strip("/").split("/")
    roots = {pattern.split("/")[1].lower() for _method, pattern, _endpoint, _handler in ROUTES}
    depth = 0 if parts[0].lower() not in roots else 1 if parts[0].lower() == "me" else 2
    return unquote(parts[min(depth, len(parts) - 1)])


def _admitted(request: Request, claims: Claims | None, cloud: Cloud) -> Tenant:
    """The tenant of a token that holds: ours, in time, and not older than a change of consent."""
    tenant = cloud.world.tenant(claims.tid) if claims else None
    if claims is None or tenant is None:
        raise unauthorized(_why(request.headers.get("authorization", "")), request.base)
    if claims.cp1 and claims.issued_at < consents.last_change(cloud, claims.appid, claims.tid):
        claim = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="
        extra = f', error="insufficient_claims", claims="{claim}"'
        raise unauthorized("Continuous access evaluation resulted in claims challenge.", request.base, extra)
    return tenant


def _why(sent: str) -> str:
    """Why a token does not hold, as far as it says so itself."""
    if not sent:
        return "Access token is empty."
    payload = sent.rpartition(" ")[2].split(".")[1:2]
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode("".join(payload) + "=="))
        expired = float(claims["exp"]) <= time.time()
    except (binascii.Error, ValueError, KeyError, TypeError):
        return "IDX14100: JWT is not well formed."
    if expired:
        return "Lifetime validation failed, the token is expired."
    return "Access token validation failure. Invalid audience."
