"""The admin side: for people and tests, on a loopback port of its own, with the key of the data folder."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from simulator import counting, throttling
from simulator.cloud import Cloud
from simulator.graph import mutations
from simulator.graph.problems import GraphError
from simulator.identity import consents, expiry
from simulator.notifications import kept
from simulator.wire import Answer, Request, error, json_answer
from simulator.world import Tenant

PREFIX = "/__sim"
LIFECYCLE = {"reauthorizationRequired", "subscriptionRemoved", "missed"}


def answer(request: Request, cloud: Cloud) -> Answer:
    """Answer an admin call; nothing without the key."""
    if not secrets.compare_digest(request.headers.get("x-sim-key", "").encode(), cloud.keys.admin_key.encode()):
        return error(401, "Unauthorized", "The key is missing or wrong.")
    path = request.path.removeprefix(PREFIX)
    try:
        handler = _ROUTES.get((request.method, path))
        if handler is not None:
            return handler(request, cloud)
        if path.startswith("/tenants/") and request.method in _OF_TENANT:
            return _OF_TENANT[request.method](request, cloud, path)
    except GraphError as refusal:
        return refusal.answer
    except (ValueError, KeyError, TypeError) as wrong:
        return error(400, "BadRequest", f"{type(wrong).__name__}: {wrong}")
    return error(404, "NotFound", "No such admin call.")


def _health(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    return json_answer({"ok": True, "world": cloud.world.name, "seed": cloud.world.seed})


def _world(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    return json_answer({"tenants": [_shown(cloud, tenant) for tenant in cloud.world.tenants()],
                        "now": cloud.world.now().isoformat()})  # fmt: skip


def _shown(cloud: Cloud, tenant: Tenant) -> dict[str, Any]:
    cast = {}
    for role, account in cloud.world.cast(tenant.id).items():
        cast[role] = {"upn": account.upn, "oid": account.oid, "password": cloud.keys.password(account.upn)}
    names = ("id", "display_name", "default_domain", "country", "users", "nationality", "p1", "p2", "synced", "guests",
             "devices", "apps")  # fmt: skip
    return {name: getattr(tenant, name) for name in names} | {"cast": cast}


def _register(request: Request, cloud: Cloud) -> Answer:
    app = consents.register(cloud, request.json())
    return json_answer({"client_id": app.client_id, "client_secret": app.secrets[0]["secret"]}, 201)


def _apps(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    return json_answer(
        {"principals": [{"tenant": tenant, "client_id": app} for tenant, app in consents.principals(cloud)]}
    )


def _tenant_of(cloud: Cloud, name: str) -> Tenant:
    found = cloud.world.tenant(name)
    if found is None:
        raise ValueError(f"no tenant {name}")
    return found


def _consent(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    app = consents.app(cloud, wish["client_id"])
    tenant = _tenant_of(cloud, wish["tenant"])
    if app is None:
        raise ValueError("no such app")
    consents.grant(cloud, app.client_id, tenant.id, wish.get("roles", app.roles), wish.get("scopes", app.scopes))
    return json_answer({"ok": True})


def _withdraw(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    tenant = _tenant_of(cloud, wish["tenant"])
    wanted = wish.get("client_id")
    for tenant_id, client_id in consents.principals(cloud):
        if tenant_id == tenant.id and wanted in (None, client_id):
            consents.withdraw(cloud, client_id, tenant.id)
    return json_answer({"ok": True})


def _reduce(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    tenant, wanted = _tenant_of(cloud, wish["tenant"]), wish.get("client_id")
    for tenant_id, client_id in consents.principals(cloud):
        if tenant_id == tenant.id and wanted in (None, client_id):
            consents.reduce(cloud, client_id, tenant.id, list(wish["remove"]))
    return json_answer({"ok": True})


def _disable(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    consents.disable(cloud, wish["client_id"], _tenant_of(cloud, wish["tenant"]).id)
    return json_answer({"ok": True})


def _clock(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    if "freeze" in wish:
        cloud.world.freeze(frozen=bool(wish["freeze"]))
    if "advance" in wish:
        cloud.world.advance(float(wish["advance"]))
    return json_answer({"now": cloud.world.now().isoformat()})


def _faults(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    return json_answer({"value": cloud.faults.rules()})


def _add_fault(request: Request, cloud: Cloud) -> Answer:
    return json_answer({"id": cloud.faults.add(request.json())}, 201)


def _clear_faults(request: Request, cloud: Cloud) -> Answer:
    cloud.faults.remove(request.query.get("id", ""))
    return Answer(204)


def _rotate(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    cloud.keys.rotate()
    return json_answer({"kid": cloud.keys.current.thumbprint()})


def _counters(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    totals: dict[str, int] = {}
    for one in counting.counted(cloud.store):
        if one["part"] == "graph":
            totals[one["tenant"]] = totals.get(one["tenant"], 0) + one["count"]
    return json_answer(totals)


def _requests(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    return json_answer({"value": counting.counted(cloud.store)})


def _reset(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    cloud.world.reset()
    return json_answer({"ok": True})


def _expire(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    expiry.expire(cloud, wish["sort"], wish.get("why", ""))
    return json_answer({"ok": True})


def _app(request: Request, cloud: Cloud) -> Answer:
    app = consents.app(cloud, request.query.get("client_id", ""))
    if app is None:
        raise ValueError("no such app")
    return json_answer(asdict(app) | {"secrets": len(app.secrets)})


def _tenant_act(request: Request, cloud: Cloud, path: str) -> Answer:
    _empty, _tenants, name, act = path.split("/", 3)
    tenant, wish = _tenant_of(cloud, name), request.json()
    if act == "mutate":
        made = mutations.mutate(
            cloud, tenant, wish["kind"], wish["action"], match=wish.get("match", ""), values=wish.get("values", {})
        )
        return json_answer(made)
    if act == "churn":
        return json_answer({"touched": mutations.churn(cloud, tenant, int(wish["n"]))})
    raise ValueError(f"no such act: {act}")


def _tenant_setting(request: Request, cloud: Cloud, path: str) -> Answer:
    """PATCH /tenants/{id} {throttle}: keep the tenant's limits, or let it be asked without end."""
    tenant = _tenant_of(cloud, path.removeprefix("/tenants/"))
    throttling.switch(cloud.store, on=bool(request.json()["throttle"]), tenant=tenant.id)
    return json_answer({"ok": True})


def _limits(request: Request, cloud: Cloud) -> Answer:
    wish = request.json()
    throttling.switch(cloud.store, on=bool(wish["on"]))
    throttling.forget(cloud.store)
    return json_answer({"ok": True})


def _subscriptions(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    return json_answer({"value": [one.shown() | {"tenantId": one.tenant, "failures": one.failures}
                                  for one in kept.every(cloud.store)]})  # fmt: skip


def _flush(request: Request, cloud: Cloud) -> Answer:  # noqa: ARG001
    """What waits for another try is tried at the next look."""
    waiting = [one for one in kept.every(cloud.store) if one.retry_at]
    for one in waiting:
        kept.alter(cloud.store, one, retry_at=0.0)
    return json_answer({"waiting": len(waiting)})


def _lifecycle(request: Request, cloud: Cloud) -> Answer:
    """Tell a tenant's subscriptions a lifecycle event; one that is removed is told so and then gone."""
    wish = request.json()
    if wish["event"] not in LIFECYCLE:
        raise ValueError(f"no such event: {wish['event']}")
    found = kept.every(cloud.store, _tenant_of(cloud, wish["tenant"]).id)
    for one in found:
        kept.event(cloud.store, one, wish["event"])
    return json_answer({"told": len(found)})


_OF_TENANT = {"POST": _tenant_act, "PATCH": _tenant_setting}
_ROUTES: dict[tuple[str, str], Callable[[Request, Cloud], Answer]] = {
    ("GET", "/health"): _health,
    ("GET", "/world"): _world,
    ("GET", "/apps"): _apps,
    ("GET", "/app"): _app,
    ("POST", "/apps"): _register,
    ("POST", "/consent"): _consent,
    ("DELETE", "/consent"): _withdraw,
    ("POST", "/consent/reduce"): _reduce,
    ("POST", "/consent/disable"): _disable,
    ("POST", "/clock"): _clock,
    ("GET", "/faults"): _faults,
    ("POST", "/faults"): _add_fault,
    ("DELETE", "/faults"): _clear_faults,
    ("POST", "/limits"): _limits,
    ("GET", "/subscriptions"): _subscriptions,
    ("POST", "/notifications/flush"): _flush,
    ("POST", "/notifications/lifecycle"): _lifecycle,
    ("POST", "/reset"): _reset,
    ("POST", "/keys/rotate"): _rotate,
    ("POST", "/tokens/expire"): _expire,
    ("GET", "/counters"): _counters,
    ("GET", "/requests"): _requests,
}
