"""App registrations, and which of them are present in which tenant with which permissions."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.world import presence
from simulator.world.presence import Present

if TYPE_CHECKING:
    from simulator.cloud import Cloud


@dataclass
class App:
    """An app registration."""

    client_id: str
    display_name: str
    home_tenant: str = ""
    multi_tenant: bool = True
    redirect_uris: list[str] = field(default_factory=list)
    secrets: list[dict[str, Any]] = field(default_factory=list)  # {"secret", "expires"}
    certificates: list[str] = field(default_factory=list)  # PEM
    roles: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    optional_claims: list[str] = field(default_factory=list)
    public: bool = False  # may ask for a person's tokens without proving itself, as a command-line tool does


@dataclass(frozen=True)
class Grant:
    """The service principal of an app in a tenant."""

    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    enabled: bool
    changed_at: float
    oid: str

    def kept(self) -> dict[str, Any]:
        """What is stored of it."""
        return {"roles": list(self.roles), "scopes": list(self.scopes), "enabled": self.enabled, "oid": self.oid}


def register(cloud: Cloud, wish: dict[str, Any]) -> App:
    """Register an app, or change the one of the same client id; without a secret in the wish one is made."""
    client_id = wish.get("client_id") or str(uuid.uuid4())
    secret = wish.get("secret") or secrets.token_urlsafe(30)
    app = App(
        client_id, wish.get("display_name", "App"), wish.get("home_tenant", ""), bool(wish.get("multi_tenant", True)),
        list(wish.get("redirect_uris", ())), [{"secret": secret, "expires": wish.get("secret_expires")}],
        list(wish.get("certificates", ())), list(wish.get("roles", ())), list(wish.get("scopes", ())),
        list(wish.get("optional_claims", ())), bool(wish.get("public", False)),
    )  # fmt: skip
    cloud.store.write(f"a/{client_id}".encode(), asdict(app))
    return app


def app(cloud: Cloud, client_id: str) -> App | None:
    """An app registration by its client id."""
    found = cloud.store.read(f"a/{client_id}".encode())
    return None if found is None else App(**found)


def granted(cloud: Cloud, app_id: str, tenant_id: str) -> Grant | None:
    """The service principal of an app in a tenant; None where it was never consented to, or removed."""
    found = cloud.store.read(_key(app_id, tenant_id))
    if found is None or found.get("removed"):
        return None
    return Grant(tuple(found["roles"]), tuple(found["scopes"]), found["enabled"], found["changed_at"], found["oid"])


def last_change(cloud: Cloud, app_id: str, tenant_id: str) -> float:
    """When consent was last changed, removal included, in seconds since 1970."""
    found = cloud.store.read(_key(app_id, tenant_id))
    return float(found["changed_at"]) if found else 0.0


def grant(cloud: Cloud, app_id: str, tenant_id: str, roles: list[str], scopes: list[str]) -> None:
    """Consent: the service principal exists from now on, with these permissions."""
    oid = _present(cloud, app_id, tenant_id)
    _put(cloud, app_id, tenant_id, {"roles": roles, "scopes": scopes, "enabled": True, "oid": oid})
    tenant = cloud.world.tenant(tenant_id)
    if tenant is not None:
        presence.enable(cloud.world, tenant, oid, enabled=True)
        presence.allow(cloud.world, tenant, oid, sorted(scopes))


def _present(cloud: Cloud, app_id: str, tenant_id: str) -> str:
    """The id of the service principal, which comes into being if it is not there."""
    known, tenant = granted(cloud, app_id, tenant_id), cloud.world.tenant(tenant_id)
    if known is not None or tenant is None:
        return known.oid if known else ""
    registered = app(cloud, app_id) or App(app_id, app_id)
    home = cloud.world.tenant(registered.home_tenant)
    return presence.appear(cloud.world, tenant, Present(app_id, registered.display_name, home.id if home else None))


def withdraw(cloud: Cloud, app_id: str, tenant_id: str) -> None:
    """Remove the service principal: no token is given any more, and older ones no longer hold."""
    known, tenant = granted(cloud, app_id, tenant_id), cloud.world.tenant(tenant_id)
    forget(cloud, app_id, tenant_id)
    if known is not None and tenant is not None:
        presence.vanish(cloud.world, tenant, known.oid)


def forget(cloud: Cloud, app_id: str, tenant_id: str) -> None:
    """Take back what an app was allowed, by an administrator and by everybody else."""
    _put(cloud, app_id, tenant_id, {"roles": [], "scopes": [], "enabled": False, "removed": True})
    owned = [key for key, _value in cloud.store.scan(f"c/{tenant_id}/".encode()) if key.endswith(f"/{app_id}".encode())]
    with cloud.store.begin() as write:
        for key in owned:
            write.delete(key)


def disable(cloud: Cloud, app_id: str, tenant_id: str) -> None:
    """Disable the service principal."""
    known, tenant = granted(cloud, app_id, tenant_id), cloud.world.tenant(tenant_id)
    if known is not None and tenant is not None:
        _put(cloud, app_id, tenant_id, known.kept() | {"enabled": False})
        presence.enable(cloud.world, tenant, known.oid, enabled=False)


def reduce(cloud: Cloud, app_id: str, tenant_id: str, remove: list[str]) -> None:
    """Take permissions back: tokens come with fewer roles, and Graph refuses."""
    known = granted(cloud, app_id, tenant_id)
    if known is not None:
        kept = [role for role in known.roles if role not in remove]
        _put(cloud, app_id, tenant_id, known.kept() | {"roles": kept})


BASIC = frozenset({"openid", "profile", "email", "offline_access", "User.Read"})
"""What an app may do for whoever signs in: the administrators of this world consented to it for all."""


def wanted(app: App, scope: str) -> set[str]:
    """The delegated permissions that a scope asks for; `/.default` stands for all that the app is registered for."""
    names = {name.rpartition("/")[2] for name in scope.split()}
    asked = names | set(app.scopes) if ".default" in names else names
    return asked - {".default", "openid", "profile", "email", "offline_access"}


def held_by(cloud: Cloud, app: App, tenant_id: str, oid: str) -> set[str]:
    """The delegated permissions that an app holds for a person: basic ones, the administrator's and the person's."""
    principal = granted(cloud, app.client_id, tenant_id)
    own = cloud.store.read(f"c/{tenant_id}/{oid}/{app.client_id}".encode()) or []
    return {*BASIC, *own, *(principal.scopes if principal else ())}


def agree(cloud: Cloud, app: App, tenant_id: str, oid: str, scopes: set[str]) -> None:
    """A person's own consent; the service principal exists from now on."""
    kept = sorted(held_by(cloud, app, tenant_id, oid) | scopes)
    cloud.store.write(f"c/{tenant_id}/{oid}/{app.client_id}".encode(), kept)
    if granted(cloud, app.client_id, tenant_id) is None:
        grant(cloud, app.client_id, tenant_id, [], [])
    known, tenant = granted(cloud, app.client_id, tenant_id), cloud.world.tenant(tenant_id)
    if known is not None and tenant is not None:
        presence.allow(cloud.world, tenant, known.oid, kept, oid)


def principals(cloud: Cloud) -> list[tuple[str, str]]:
    """All (tenant, app) pairs that are present."""
    found = []
    for key, value in cloud.store.scan(b"p/"):
        if not msgspec.json.decode(value).get("removed"):
            _p, tenant, client = key.decode().split("/")
            found.append((tenant, client))
    return found


def _put(cloud: Cloud, app_id: str, tenant_id: str, value: dict[str, Any]) -> None:
    cloud.store.write(_key(app_id, tenant_id), value | {"changed_at": time.time()})


def _key(app_id: str, tenant_id: str) -> bytes:
    return f"p/{tenant_id}/{app_id}".encode()
