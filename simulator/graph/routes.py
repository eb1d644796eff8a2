"""From an address to what answers it: token, permission, query, answer, in this order."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

import msgspec

from simulator import schema, throttling
from simulator.cloud import Cloud
from simulator.graph import apps, batch, calls, changes, collections, members, permissions, relations, subscriptions
from simulator.graph.calls import Call, Handler, single
from simulator.graph.collections import Source
from simulator.graph.problems import GraphError, forbidden, unauthorized, unknown_segment
from simulator.identity import consents
from simulator.identity.tokens import Claims
from simulator.wire import Answer, Request
from simulator.world import Tenant
from simulator.world.memberships import Ref


def _me(call: Call) -> Answer:
    return single(call, "users", call.account().oid)


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


def _owners_of(entity: str) -> Handler:
    return _related(lambda call: relations.owners_of(call.cloud, call.tenant, entity, call.parts[0]))


def _within(entity: str, find: Callable[[Cloud, Tenant, str], Source]) -> Handler:
    """A collection within an object, which must be there."""

    def page(call: Call) -> Answer:
        changes.must_be_there(call.cloud, call.tenant, entity, call.parts[0])
        return collections.listed(
            call.request, call.cloud, call.tenant, find(call.cloud, call.tenant, call.parts[0].lower())
        )

    return page


_ID = r"([^/]+)"
_CAST = r"(?:/microsoft\.graph\.(?:user|group|directoryrole|serviceprincipal|device))?(?:/\$count)?"
ROUTES: list[tuple[str, str, str, Handler]] = [
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
    ("GET", f"/directoryroles/{_ID}/members{_CAST}", "/directoryroles/{id}/members",
     _related(lambda call: relations.holders(call.cloud, call.tenant, call.parts[0]))),
    ("GET", f"/devices/{_ID}/registeredowners{_CAST}", "/devices/{id}/registeredowners", _owners_of("devices")),
    ("GET", f"/devices/{_ID}/registeredusers{_CAST}", "/devices/{id}/registeredusers", _owners_of("devices")),
    ("GET", f"/applications/{_ID}/owners{_CAST}", "/applications/{id}/owners", _owners_of("applications")),
    ("GET", f"/serviceprincipals/{_ID}/owners{_CAST}", "/serviceprincipals/{id}/owners",
     _owners_of("servicePrincipals")),
    ("GET", f"/serviceprincipals/{_ID}/approleassignments", "/serviceprincipals/{id}/approleassignments",
     _within("servicePrincipals", apps.assigned_to)),
    ("GET", f"/serviceprincipals/{_ID}/approleassignedto", "/serviceprincipals/{id}/approleassignedto",
     _within("servicePrincipals", apps.assigned_at)),
    ("GET", f"/serviceprincipals/{_ID}/oauth2permissiongrants", "/serviceprincipals/{id}/oauth2permissiongrants",
     _within("servicePrincipals", apps.granted_to)),
]  # fmt: skip
ROUTES += subscriptions.ROUTES
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
_SERVED: list[tuple[str, str, str, Callable[[str], Handler]]] = [
    ("count", "GET", r"/\$count", calls.counting),
    ("delta", "GET", r"/(?:microsoft\.graph\.)?delta(?:\(\))?", calls.delta),
    ("list", "GET", "", calls.listing),
    ("only", "GET", "", calls.only),
    ("create", "POST", "", calls.creating),
    ("get", "GET", f"/{_ID}", calls.getting),
    ("change", "PATCH", f"/{_ID}", calls.changing),
    ("delete", "DELETE", f"/{_ID}", calls.deleting),
]
"""What a kind's data file may say that it serves, in the order in which addresses are tried."""
_ENDPOINTS = {"count": "/$count", "delta": "/delta", "list": "", "create": "", "only": ""}
for _entity in schema.entities():
    _kind = schema.kind(_entity)
    ROUTES += [
        (method, _kind.path + pattern, _kind.path.lower() + _ENDPOINTS.get(act, "/{id}"), handler(_entity))
        for act, method, pattern, handler in _SERVED if act in _kind.serves
    ]  # fmt: skip
Served = tuple[re.Pattern[str], str, Handler]


def _indexed() -> dict[tuple[str, str], list[Served]]:
    """The routes by method and first segment, so that few are tried."""
    found: dict[tuple[str, str], list[Served]] = {}
    for method, pattern, endpoint, handler in ROUTES:
        compiled = re.compile(pattern, re.IGNORECASE)
        found.setdefault((method, _root(pattern)), []).append((compiled, f"{method} {endpoint}", handler))
    return found


def _root(path: str) -> str:
    return path.partition("/")[2].partition("/")[0].lower()


_INDEX = _indexed()


async def handle(request: Request, claims: Claims | None, cloud: Cloud) -> Answer:
    """Answer a call to /v1.0 or /beta; `claims` is what the token says, None for a token that does not hold."""
    request = replace(request, query=_options(request.query))
    if subscriptions.waits(request):
        return await asyncio.to_thread(_handled, request, claims, cloud)
    return _handled(request, claims, cloud)


def _handled(request: Request, claims: Claims | None, cloud: Cloud) -> Answer:
    try:
        tenant = _admitted(request, claims, cloud)
        if claims is not None and request.method == "POST" and _path(request).lower() == "/$batch":
            return batch.run(request, cloud, claims, lambda inner: _within_limits(inner, claims, cloud, tenant))
        return _within_limits(request, claims, cloud, tenant)
    except GraphError as refusal:
        return refusal.answer


def _within_limits(request: Request, claims: Claims | None, cloud: Cloud, tenant: Tenant) -> Answer:
    """The answer, unless the request is one too many; each of a batch counts for itself."""
    taken = throttling.take(request, cloud.world, tenant, claims.appid if claims else "")
    if taken.refusal is not None:
        return taken.refusal
    answer = _answer(request, claims, cloud, tenant)
    answer.headers |= taken.headers
    return answer


def _answer(request: Request, claims: Claims | None, cloud: Cloud, tenant: Tenant) -> Answer:
    path = _path(request)
    for pattern, endpoint, handler in _INDEX.get((request.method, _root(path)), ()):
        match = pattern.fullmatch(path)
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
