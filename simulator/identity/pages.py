"""Sign-in and consent in a browser: authorize and adminconsent, each a form or two of plain HTML."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulator.identity import consents, sessions, templates
from simulator.identity.consents import App
from simulator.wire import Answer, Request, html, redirect

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.world import Account

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
CODE_SECONDS = 600
DEFAULT_SCOPE = "https://graph.microsoft.com/.default"
DENIED = ("access_denied", "AADSTS65004: The resource owner or authorization server denied the request.")
NOT_ADMINISTRATOR = ("access_denied", "AADSTS90094: An administrator of the organisation must give this consent.")
NOT_IN_TENANT = ("invalid_request", "AADSTS50020: The account does not exist in the tenant.")


@dataclass(frozen=True)
class Visit:
    """A signed-in person at a page that an app sent them to."""

    request: Request
    cloud: Cloud
    app: App
    session: dict[str, Any]
    account: Account
    decision: str

    def at_home(self, tenant_name: str) -> bool:
        """Whether the address names the person's own tenant, or none."""
        tenant = self.cloud.world.tenant(tenant_name)
        return tenant_name in {"organizations", "common"} or (tenant is not None and tenant.id == self.session["tid"])

    def back(self, values: dict[str, str]) -> Answer:
        """Send the browser to the app, with the unchanged state."""
        return _back(self.request, values, self.session)

    def refused(self, problem: tuple[str, str], **more: str) -> Answer:
        """Send the browser to the app with an error."""
        return self.back({"error": problem[0], "error_description": problem[1], **more})


def authorize(request: Request, cloud: Cloud, tenant_name: str) -> Answer:
    """GET or POST /{tenant}/oauth2/v2.0/authorize: a code for whoever signs in and agrees."""
    app = _known(cloud, request.query)
    if isinstance(app, Answer):
        return app
    problem = _misasked(request.query)
    if problem is not None:
        return _back(request, {"error": problem[0], "error_description": problem[1]})
    visit = _visit(request, cloud, app, request.query.get("prompt", ""))
    if isinstance(visit, Answer):
        return visit
    return visit.refused(NOT_IN_TENANT) if not visit.at_home(tenant_name) else _agreed(visit)


def _known(cloud: Cloud, asked: dict[str, str]) -> App | Answer:
    """The app of the request, or the error page: an unregistered redirect address never gets a redirect."""
    app = consents.app(cloud, asked.get("client_id", ""))
    if app is None:
        return _refusal("AADSTS700016: The application is not known here.")
    if asked.get("redirect_uri") not in app.redirect_uris:
        return _refusal("AADSTS50011: The redirect address does not match the ones registered for the application.")
    return app


def _refusal(text: str) -> Answer:
    return html(templates.message("Sign-in stopped", text), 400)


def _misasked(asked: dict[str, str]) -> tuple[str, str] | None:
    if asked.get("response_type") != "code":
        return "unsupported_response_type", "AADSTS700054: Only response_type=code is enabled for the application."
    if asked.get("response_mode", "query") != "query":
        return "invalid_request", "AADSTS70007: Only response_mode=query is supported."
    if not asked.get("scope"):
        return "invalid_request", "AADSTS900144: The request must contain the parameter scope."
    return None


def _visit(request: Request, cloud: Cloud, app: App, prompt: str = "") -> Visit | Answer:
    """Who is there, or the sign-in page that asks for it."""
    form = request.form() if request.method == "POST" else {}
    if "login" in form:
        session = sessions.entered(request, cloud)
        problem = sessions.WRONG if session is None else ""
    else:
        asks_anew = prompt in {"login", "select_account"} and "decision" not in form
        session, problem = (None if asks_anew else sessions.current(request, cloud)), ""
    account = sessions.account_of(cloud, session) if session else None
    if session is None or account is None:
        if prompt == "none":
            text = "AADSTS50058: A silent sign-in request was sent but no user is signed in."
            return _back(request, {"error": "login_required", "error_description": text})
        login = form.get("login", request.query.get("login_hint", ""))
        return html(templates.sign_in(_here(request), app.display_name, login, problem))
    return Visit(request, cloud, app, session, account, form.get("decision", ""))


def _here(request: Request) -> str:
    return f"{request.path}?{urlencode(request.query)}"


def _back(request: Request, values: dict[str, str], session: dict[str, Any] | None = None) -> Answer:
    address = request.query["redirect_uri"]
    state = {"state": request.query["state"]} if "state" in request.query else {}
    joint = "&" if "?" in address else "?"
    return redirect(f"{address}{joint}{urlencode({**values, **state})}", sessions.cookie(session) if session else None)


def _agreed(visit: Visit) -> Answer:
    """A code, once the person has agreed to what the app asks for beyond signing in."""
    asked, app, account = visit.request.query, visit.app, visit.account
    wanted = consents.wanted(app, asked["scope"])
    missing = wanted - consents.held_by(visit.cloud, app, account.tenant_id, account.oid)
    if visit.decision == "accept":
        consents.agree(visit.cloud, app, account.tenant_id, account.oid, wanted)
    elif visit.decision:
        return visit.refused(DENIED)
    elif missing or asked.get("prompt") == "consent":
        return _ask(visit, sorted(wanted), administrator=False)
    return visit.back({"code": _code(visit)})


def _code(visit: Visit) -> str:
    asked, session, now = visit.request.query, visit.session, time.time()
    code = secrets.token_urlsafe(40)
    visit.cloud.store.write(
        f"k/{code}".encode(),
        {"client_id": visit.app.client_id, "redirect_uri": asked["redirect_uri"], "scope": asked["scope"],
         "nonce": asked.get("nonce", ""), "challenge": asked.get("code_challenge", ""),
         "method": asked.get("code_challenge_method", "plain"), "tid": session["tid"], "oid": session["oid"],
         "auth_time": session["at"], "used": False, "issued": now, "expires": now + CODE_SECONDS,
         "wants_auth_time": "auth_time" in asked.get("claims", "")},
    )  # fmt: skip
    return code


def _ask(visit: Visit, permissions: list[str], *, administrator: bool) -> Answer:
    tenant = visit.cloud.world.tenant(visit.account.tenant_id)
    wish = templates.Wish(
        visit.app.display_name, tenant.display_name if tenant else "", visit.account.upn, permissions,
        for_all=administrator, may_accept=not administrator or _is_administrator(visit.account),
    )  # fmt: skip
    return html(templates.consent(_here(visit.request), wish), 200, sessions.cookie(visit.session))


def _is_administrator(account: Account) -> bool:
    return GLOBAL_ADMINISTRATOR in account.directory_roles


def adminconsent(request: Request, cloud: Cloud, tenant_name: str) -> Answer:
    """GET or POST /{tenant}/v2.0/adminconsent and /{tenant}/adminconsent: sign in, look, accept or decline."""
    app = _known(cloud, request.query)
    if isinstance(app, Answer):
        return app
    visit = _visit(request, cloud, app)
    if isinstance(visit, Answer):
        return visit
    if not visit.at_home(tenant_name):
        return visit.refused(NOT_IN_TENANT)
    if not visit.decision:
        return _ask(visit, [*app.roles, *app.scopes], administrator=True)
    return _decided(visit)


def _decided(visit: Visit) -> Answer:
    """What comes back: the tenant, the unchanged state, and the consent or why there is none."""
    tenant, app = visit.account.tenant_id, visit.app
    if visit.decision != "accept":
        return visit.refused(DENIED, tenant=tenant)
    if not _is_administrator(visit.account):
        return visit.refused(NOT_ADMINISTRATOR, tenant=tenant)
    consents.grant(visit.cloud, app.client_id, tenant, app.roles, app.scopes)
    scope = visit.request.query.get("scope", DEFAULT_SCOPE)
    return visit.back({"admin_consent": "True", "tenant": tenant, "scope": scope})
