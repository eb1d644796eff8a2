"""Who is signed in at the simulated Microsoft, in which browser."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from simulator.wire import Request

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.world import Account

COOKIE = "sim_session"
WRONG = "That account or password is not right."


def entered(request: Request, cloud: Cloud) -> dict[str, Any] | None:
    """A new session for posted credentials that are right; None otherwise."""
    form = request.form()
    account = cloud.world.account(form.get("login", "").strip())
    if account is None or not account.enabled:
        return None
    if not secrets.compare_digest(form.get("password", "").encode(), cloud.keys.password(account.upn).encode()):
        return None
    session = {"id": secrets.token_urlsafe(24), "tid": account.tenant_id, "oid": account.oid, "at": time.time()}
    cloud.store.write(f"s/{session['id']}".encode(), session)
    return session


def current(request: Request, cloud: Cloud) -> dict[str, Any] | None:
    """The session of the browser's cookie, while its account is still there and enabled."""
    cookies = dict(part.strip().partition("=")[::2] for part in request.headers.get("cookie", "").split(";"))
    found: dict[str, Any] | None = cloud.store.read(f"s/{cookies.get(COOKIE, '')}".encode())
    return found if found is not None and account_of(cloud, found) is not None else None


def account_of(cloud: Cloud, session: dict[str, Any]) -> Account | None:
    """The account of a session; None once it is deleted or disabled."""
    account = cloud.world.account_by_oid(session["tid"], session["oid"])
    return account if account is not None and account.enabled else None


def cookie(session: dict[str, Any]) -> dict[str, str]:
    """The header that makes the browser keep the session."""
    return {"set-cookie": f"{COOKIE}={session['id']}; Path=/; HttpOnly; SameSite=Lax"}
