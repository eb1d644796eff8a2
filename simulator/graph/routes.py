"""From an address to what answers it: token, permission, query, answer, in this order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from simulator.cloud import Cloud
from simulator.graph import changes, collections, permissions, relations
from simulator.graph.problems import GraphError, bad_request, forbidden, no_such, unauthorized, unknown_segment
from simulator.identity import consents
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

    def account(self, user_id: str = "") -> Account:
        """The user of the path, or of the token for /me."""
        wished = user_id or self.claims.oid
        if "@" in wished:
            by_name = self.cloud.world.account(wished)
            wished = by_name.oid if by_name else wished
        found = self.cloud.world.account_by_oid(self.tenant.id, wished)
        if found is None:
            raise no_such(wished)
        return found


Handler = Callable[[Call], Answer]


def _list(entity: str) -> Handler:
    return lambda call: collections.listed(call.request, call.cloud, call.tenant, entity)


def _count(entity: str) -> Handler:
    return lambda call: collections.counted(call.request, call.cloud, call.tenant, entity)


def _one(entity: str) -> Handler:
    return lambda call: collections.single(call.request, call.cloud, call.tenant, entity, call.parts[0])


def _delta(entity: str) -> Handler:
    return lambda call: collections.delta(call.request, call.cloud, call.tenant, entity)


def _create(entity: str) -> Handler:
    def create(call: Call) -> Answer:
        made = changes.create(call.cloud, call.tenant, entity, _body(call.request))
        return json_answer({"@odata.context": f"{call.request.base}/v1.0/$metadata#{entity}/$entity"} | made, 201)

    return create


def _change(entity: str) -> Handler:
    def change(call: Call) -> Answer:
        changes.change(call.cloud, call.tenant, entity, call.parts[0], _body(call.request))
        return Answer(204)

    return change


def _delete(entity: str) -> Handler:
    def delete(call: Call) -> Answer:
        changes.delete(call.cloud, call.tenant, entity, call.parts[0])
        return Answer(204)

    return delete


def _body(request: Request) -> dict[str, Any]:
    try:
        value = request.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_request("Unable to read JSON request payload.")
    return {name: item for name, item in value.items() if not name.startswith("@odata.")}


def _me(call: Call) -> Answer:
    account = call.account()
    return collections.single(call.request, call.cloud, call.tenant, "users", account.oid)


_ID = r"([^/]+)"
ROUTES: list[tuple[str, str, str, Handler]] = [
    ("GET", "/organization", "/organization", _list("organization")),
    ("GET", "/domains", "/domains", _list("domains")),
    ("GET", "/subscribedskus", "/subscribedskus", _list("subscribedSkus")),
    ("GET", r"/me", "/me", _me),
    ("GET", "/me/licensedetails", "/me/licensedetails",
     lambda call: relations.licence_details(call.request, call.cloud, call.tenant, call.account().oid)),
    ("GET", "/me/transitivememberof(?:/microsoft.graph.(?:directoryrole|group))?", "/me/transitivememberof",
     lambda call: relations.member_of(call.request, call.cloud, call.tenant, call.account())),
    ("GET", f"/users/{_ID}/licensedetails", "/users/{id}/licensedetails",
     lambda call: relations.licence_details(call.request, call.cloud, call.tenant, call.account(call.parts[0]).oid)),
    ("GET", f"/users/{_ID}/transitivememberof(?:/microsoft.graph.(?:directoryrole|group))?",
     "/users/{id}/transitivememberof",
     lambda call: relations.member_of(call.request, call.cloud, call.tenant, call.account(call.parts[0]))),
    ("GET", f"/groups/{_ID}/members", "/groups/{id}/members",
     lambda call: relations.group_members(call.request, call.cloud, call.tenant, call.parts[0])),
    ("GET", f"/groups/{_ID}/transitivemembers(?:/microsoft.graph.user)?", "/groups/{id}/transitivemembers",
     lambda call: relations.group_members(call.request, call.cloud, call.tenant, call.parts[0])),
    ("GET", f"/groups/{_ID}/owners", "/groups/{id}/owners",
     lambda call: relations.group_owners(call.request, call.cloud, call.tenant, call.parts[0])),
    ("POST", rf"/groups/{_ID}/members/\$ref", "/groups/{id}/members/$ref",
     lambda call: relations.add_member(call.request, call.cloud, call.tenant, call.parts[0])),
    ("DELETE", rf"/groups/{_ID}/members/{_ID}/\$ref", "/groups/{id}/members/{id}/$ref",
     lambda call: relations.remove_member(call.cloud, call.tenant, call.parts[0], call.parts[1])),
]  # fmt: skip
for _entity in ("users", "groups"):
    ROUTES += [
        ("GET", rf"/{_entity}/\$count", f"/{_entity}/$count", _count(_entity)),
        ("GET", rf"/{_entity}/delta(?:\(\))?", f"/{_entity}/delta", _delta(_entity)),
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
    try:
        return _answer(request, claims, cloud)
    except GraphError as refusal:
        return refusal.answer


def _answer(request: Request, claims: Claims | None, cloud: Cloud) -> Answer:
    tenant = _admitted(request, claims, cloud)
    path = unquote(request.path.partition("/")[2].partition("/")[2])
    for method, pattern, endpoint, handler in _COMPILED:
        match = pattern.fullmatch(f"/{path}") if method == request.method else None
        if match is not None and claims is not None:
            permissions.check(endpoint, claims)
            if endpoint.partition(" ")[2].startswith("/me") and claims.app_only:
                raise forbidden()
            return handler(Call(request, cloud, tenant, claims, match.groups()))
    raise unknown_segment(path.partition("/")[0])


def _admitted(request: Request, claims: Claims | None, cloud: Cloud) -> Tenant:
    """The tenant of a token that holds: ours, in time, and not older than a change of consent."""
    tenant = cloud.world.tenant(claims.tid) if claims else None
    if claims is None or tenant is None:
        sent = request.headers.get("authorization", "")
        text = "Access token validation failure. Invalid audience." if sent else "Access token is empty."
        raise unauthorized(text, request.base)
    if claims.cp1 and claims.issued_at < consents.last_change(cloud, claims.appid, claims.tid):
        claim = "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ=="
        extra = f', error="insufficient_claims", claims="{claim}"'
        raise unauthorized("Continuous access evaluation resulted in claims challenge.", request.base, extra)
    return tenant
