"""Sign-in and consent in a browser: authorize and adminconsent, each a form or two of plain HTML."""

from __future__ import annotations

import html as escape
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulator.identity import consents
from simulator.identity.consents import App
from simulator.identity.templates import page
from simulator.wire import Answer, Request, html, redirect

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.world import Account

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
COOKIE = "sim_session"
CODE_SECONDS = 600
_OPENID = {"openid": "Sign you in", "profile": "View your basic profile", "email": "View your e-mail address",
           "offline_access": "Maintain access", "User.Read": "Sign you in and read your profile"}  # fmt: skip


def authorize(request: Request, cloud: Cloud, tenant_name: str) -> Answer:
    """GET or POST /{tenant}/oauth2/v2.0/authorize."""
    asked = request.query
    app = _known(cloud, asked)
    if isinstance(app, Answer):
        return app
    session = _session(request, cloud)
    fresh = asked.get("prompt") == "login"
    if request.method == "POST":
        session = _entered(request, cloud)
        if session is None:
            return _sign_in(request, request.form().get("login", ""), "That account or password is not right.")
        return _issue(request, cloud, tenant_name, app, session)
    if session is None or fresh or asked.get("prompt") == "select_account":
        return _sign_in(request, asked.get("login_hint", ""))
    return _issue(request, cloud, tenant_name, app, session)


def _known(cloud: Cloud, asked: dict[str, str]) -> App | Answer:
    """The app of the request, or the error page: an unregistered redirect address never gets a redirect."""
    app = consents.app(cloud, asked.get("client_id", ""))
    if app is None:
        return _refusal("AADSTS700016", "The application is not known here.")
    if asked.get("redirect_uri") not in app.redirect_uris:
        return _refusal("AADSTS50011", "The redirect address does not match the ones registered for the application.")
    return app


def _refusal(code: str, text: str) -> Answer:
    body = f"<h1>Sign-in stopped</h1><p>{code}: {escape.escape(text)}</p>"
    return html(page("Sign-in stopped", body), 400)


def _sign_in(request: Request, login: str, problem: str = "") -> Answer:
    action = escape.escape(f"{request.path}?{urlencode(request.query)}")
    alert = f'<p class="problem" role="alert">{escape.escape(problem)}</p>' if problem else ""
    body = (
        f'<h1>Sign in</h1>{alert}<form method="post" action="{action}">'
        f'<label for="login">Account</label><input id="login" name="login" type="email" autocomplete="username" '
        f'required value="{escape.escape(login)}">'
        '<label for="password">Password</label><input id="password" name="password" type="password" '
        'autocomplete="current-password" required><button type="submit">Sign in</button></form>'
    )
    return html(page("Sign in", body), 401 if problem else 200)


def _entered(request: Request, cloud: Cloud) -> dict[str, Any] | None:
    """The session of credentials that are right; None otherwise."""
    form = request.form()
    account = cloud.world.account(form.get("login", "").strip())
    good = account is not None and secrets.compare_digest(form.get("password", ""), cloud.keys.password(account.upn))
    if account is None or not good or not account.enabled:
        return None
    session = {"id": secrets.token_urlsafe(24), "tid": account.tenant_id, "oid": account.oid, "at": time.time()}
    cloud.store.write(f"s/{session['id']}".encode(), session)
    return session


def _session(request: Request, cloud: Cloud) -> dict[str, Any] | None:
    cookies = dict(part.strip().partition("=")[::2] for part in request.headers.get("cookie", "").split(";"))
    found: dict[str, Any] | None = (
        cloud.store.read(f"s/{cookies.get(COOKIE, '')}".encode()) if COOKIE in cookies else None
    )
    return found


def _cookie(session: dict[str, Any]) -> dict[str, str]:
    return {"set-cookie": f"{COOKIE}={session['id']}; Path=/; HttpOnly; SameSite=Lax"}


def _issue(request: Request, cloud: Cloud, tenant_name: str, app: App, session: dict[str, Any]) -> Answer:
    """A code for the signed-in account, back at the registered address."""
    asked = request.query
    if tenant_name not in {"organizations", "common", session["tid"]}:
        text = "AADSTS50020: The account does not exist in the tenant."
        return _back(asked["redirect_uri"], {"error": "invalid_request", "error_description": text, **_state(asked)},
                     session)  # fmt: skip
    code = secrets.token_urlsafe(40)
    cloud.store.write(
        f"k/{code}".encode(),
        {"client_id": app.client_id, "redirect_uri": asked["redirect_uri"], "scope": asked.get("scope", ""),
         "nonce": asked.get("nonce", ""), "challenge": asked.get("code_challenge", ""), "tid": session["tid"],
         "oid": session["oid"], "auth_time": session["at"], "used": False, "expires": time.time() + CODE_SECONDS,
         "wants_auth_time": "auth_time" in asked.get("claims", "")},
    )  # fmt: skip
    return _back(asked["redirect_uri"], {"code": code, **_state(asked)}, session)


def _state(asked: dict[str, str]) -> dict[str, str]:
    return {"state": asked["state"]} if "state" in asked else {}


def _back(address: str, values: dict[str, str], session: dict[str, Any] | None = None) -> Answer:
    joint = "&" if "?" in address else "?"
    return redirect(f"{address}{joint}{urlencode(values)}", _cookie(session) if session else None)


def adminconsent(request: Request, cloud: Cloud, tenant_name: str) -> Answer:
    """GET or POST /{tenant}/v2.0/adminconsent and /{tenant}/adminconsent: sign in, look, accept or decline."""
    app = _known(cloud, request.query)
    if isinstance(app, Answer):
        return app
    form = request.form() if request.method == "POST" else {}
    session = _session(request, cloud)
    if "login" in form:
        session = _entered(request, cloud)
        if session is None:
            return _sign_in(request, form["login"], "That account or password is not right.")
    if session is None:
        return _sign_in(request, request.query.get("login_hint", ""))
    account = cloud.world.account_by_oid(session["tid"], session["oid"])
    if account is None:
        return _sign_in(request, "")
    if "decision" in form:
        return _decided(request, cloud, tenant_name, app, account, form["decision"], session)
    return _ask(request, cloud, app, account, session)


def _ask(request: Request, cloud: Cloud, app: App, account: Account, session: dict[str, Any]) -> Answer:
    tenant = cloud.world.tenant(account.tenant_id)
    action = escape.escape(f"{request.path}?{urlencode(request.query)}")
    wishes = "".join(f"<li>{escape.escape(_words(name))} <code>{escape.escape(name)}</code></li>"
                     for name in [*app.roles, *app.scopes])  # fmt: skip
    name = escape.escape(tenant.display_name if tenant else "")
    body = (
        f"<h1>{escape.escape(app.display_name)} asks for permissions</h1>"
        f"<p>Review for <strong>{name}</strong>, signed in as {escape.escape(account.upn)}.</p><ul>{wishes}</ul>"
        f'<form method="post" action="{action}" class="choice"><button type="submit" name="decision" value="decline" '
        'class="second">Cancel</button><button type="submit" name="decision" value="accept">Accept</button></form>'
    )
    return html(page("Permissions requested", body), 200, _cookie(session))


def _words(permission: str) -> str:
    """A permission in plain words, made from its name's parts."""
    if permission in _OPENID:
        return _OPENID[permission]
    thing, _dot, rest = permission.partition(".")
    verb = "Read and write" if "ReadWrite" in rest else "Read"
    return f"{verb} {thing}"


def _decided(  # noqa: PLR0917  # one decision with all that it depends on
    request: Request, cloud: Cloud, tenant_name: str, app: App, account: Account, decision: str,
    session: dict[str, Any],
) -> Answer:  # fmt: skip
    asked = request.query
    if decision != "accept":
        text = "AADSTS65004: The resource owner or authorization server denied the request."
        values = {"error": "access_denied", "error_description": text, "tenant": account.tenant_id}
    elif GLOBAL_ADMINISTRATOR not in account.directory_roles:
        text = "AADSTS90094: An administrator of the organisation must give this consent."
        values = {"error": "access_denied", "error_description": text, "tenant": account.tenant_id}
    elif tenant_name not in {"organizations", "common", account.tenant_id}:
        text = "AADSTS50020: The account does not exist in the tenant."
        values = {"error": "invalid_request", "error_description": text}
    else:
        consents.grant(cloud, app.client_id, account.tenant_id, app.roles, app.scopes)
        scope = asked.get("scope", "https://graph.microsoft.com/.default")
        values = {"admin_consent": "True", "tenant": account.tenant_id, "scope": scope}
    return _back(asked["redirect_uri"], {**values, **_state(asked)}, session)
