"""The device code flow: a device shows a code, a person enters it in a browser, the device polls meanwhile."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulator.identity import consents, expiry, sessions, templates
from simulator.identity.problems import TokenError
from simulator.wire import Answer, Request, html, json_answer

if TYPE_CHECKING:
    from simulator.cloud import Cloud
    from simulator.identity.consents import App

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PAGE = "/devicelogin"
LIFE = 900
INTERVAL = 5
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, no words
UNKNOWN = "That code is not known, or it has expired."


def begin(request: Request, cloud: Cloud) -> Answer:
    """POST /{tenant}/oauth2/v2.0/devicecode."""
    form = request.form()
    app = consents.app(cloud, form.get("client_id", ""))
    if app is None:
        return TokenError("app_unknown").answer()
    if not form.get("scope"):
        return TokenError("malformed").answer()
    code, shown = secrets.token_urlsafe(40), "".join(secrets.choice(ALPHABET) for _ in range(9))
    now = time.time()
    cloud.store.write(f"d/{code}".encode(), {"client_id": app.client_id, "scope": form["scope"], "state": "pending",
                                             "issued": now, "expires": now + LIFE})  # fmt: skip
    cloud.store.write(f"u/{shown}".encode(), code)
    where = _where(cloud)
    return json_answer({
        "device_code": code, "user_code": shown, "verification_uri": where, "expires_in": LIFE, "interval": INTERVAL,
        "message": f"To sign in, use a web browser to open {where} and enter the code {shown} to authenticate.",
    })  # fmt: skip


def _where(cloud: Cloud) -> str:
    """The page, on the port that a browser opens without a certificate warning."""
    port = json.loads((cloud.folder / "ports.json").read_text())["browser"]
    return f"http://localhost:{port}{PAGE}"


def approved(cloud: Cloud, code: str, client_id: str) -> dict[str, Any]:
    """What a person approved; TokenError while they have not, and once they declined or it is too late."""
    key = f"d/{code}".encode()
    known = cloud.store.read(key)
    if known is None or known["client_id"] != client_id:
        raise TokenError("device_unknown")
    if _is_over(cloud, known):
        raise TokenError("device_expired")
    if known["state"] != "approved":
        raise TokenError(f"device_{known['state']}")
    cloud.store.write(key, known | {"expires": 0})
    return dict(known)


def _is_over(cloud: Cloud, known: dict[str, Any]) -> bool:
    return known["expires"] < time.time() or expiry.ended(cloud, "device", known["issued"])


def page(request: Request, cloud: Cloud) -> Answer:
    """GET or POST /devicelogin: the code, the sign-in, the decision."""
    shown = request.query.get("code", "").strip().upper()
    if not shown:
        return html(templates.device_code(PAGE))
    code = cloud.store.read(f"u/{shown}".encode())
    known = cloud.store.read(f"d/{code}".encode()) if code else None
    app = consents.app(cloud, known["client_id"]) if known else None
    if known is None or app is None or known["state"] != "pending" or _is_over(cloud, known):
        return html(templates.device_code(PAGE, UNKNOWN))
    return _visited(request, cloud, app, code, known=known, here=f"{PAGE}?{urlencode({'code': shown})}")


def _visited(request: Request, cloud: Cloud, app: App, code: str, *, known: dict[str, Any], here: str) -> Answer:
    form = request.form() if request.method == "POST" else {}
    session = sessions.entered(request, cloud) if "login" in form else sessions.current(request, cloud)
    account = sessions.account_of(cloud, session) if session else None
    if session is None or account is None:
        problem = sessions.WRONG if "login" in form else ""
        return html(templates.sign_in(here, app.display_name, form.get("login", ""), problem))
    wanted = consents.wanted(app, known["scope"])
    if "decision" not in form:
        tenant = cloud.world.tenant(account.tenant_id)
        wish = templates.Wish(app.display_name, tenant.display_name if tenant else "", account.upn, sorted(wanted),
                              for_all=False, may_accept=True)  # fmt: skip
        return html(templates.consent(here, wish), 200, sessions.cookie(session))
    state = "approved" if form["decision"] == "accept" else "declined"
    if state == "approved":
        consents.agree(cloud, app, account.tenant_id, account.oid, wanted)
    who = {"tid": account.tenant_id, "oid": account.oid, "auth_time": session["at"]}
    cloud.store.write(f"d/{code}".encode(), known | who | {"state": state})
    return html(templates.message(f"Sign-in {state}", "You can close this page and return to your device."))
