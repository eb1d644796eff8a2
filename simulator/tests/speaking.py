"""How the tests speak to a running simulator: token requests, sign-in by forms, Graph calls."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

GRAPH = "https://graph.microsoft.com/.default"
ANSWER = "http://localhost:1/answer"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-of-pkce"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class App:
    """An app of a test."""

    id: str
    secret: str


class Speaker:
    """Speaks to one simulator."""

    def __init__(self, running):
        self.running, self.admin = running, running.admin
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = running.ca
        self.contoso, self.fabrikam, self.woodgrove = self.admin.world()[:3]

    def app(self, *, consent=True, **wish):
        """A registered app, consented to in contoso."""
        wish = {"roles": ["User.Read.All"], "redirect_uris": [ANSWER], **wish}
        app = App(*self.admin.app("Portal under test", **wish))
        if consent:
            self.admin.consent(self.contoso["id"], app.id)
        return app

    def post(self, form, tenant=None):
        """A call of the token endpoint."""
        address = f"{self.running.cloud_url}/{tenant or self.contoso['id']}/oauth2/v2.0/token"
        return self.session.post(address, data=form, timeout=10)

    def app_token(self, app, tenant=None, **more):
        """A token request with a secret."""
        form = {"grant_type": "client_credentials", "client_id": app.id, "client_secret": app.secret, "scope": GRAPH}
        return self.post(form | more, tenant)

    def graph(self, path, token, **headers):
        """A GET at Graph."""
        sent = {"Authorization": f"Bearer {token}", **headers}
        return self.session.get(f"{self.running.cloud_url}/v1.0{path}", headers=sent, timeout=10)

    def authorize_url(self, app, tenant="organizations", **more):
        """Where the browser signs in."""
        asked = {
            "client_id": app.id,
            "response_type": "code",
            "redirect_uri": ANSWER,
            "scope": "openid User.Read",
            "state": "a&b=c d",
            "nonce": "n1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return f"{self.running.browser_url}/{tenant}/oauth2/v2.0/authorize?{urlencode(asked | more)}"

    def consent_url(self, app, tenant="organizations", **more):
        """Where an administrator consents."""
        asked = {"client_id": app.id, "scope": GRAPH, "redirect_uri": ANSWER, "state": "a&b=c d"}
        return f"{self.running.browser_url}/{tenant}/v2.0/adminconsent?{urlencode(asked | more)}"

    def sign_in(self, address, who="admin", browser=None, **more):
        """Enter credentials at a page without a browser; returns the answer, redirects not followed."""
        account = self.contoso["cast"][who]
        form = {"login": account["upn"], "password": account["password"]} | more
        return (browser or self.browser()).post(address, data=form, allow_redirects=False, timeout=10)

    def browser(self):
        """Something that keeps cookies."""
        session = requests.Session()
        session.trust_env = False
        return session

    def code(self, app, browser=None, who="admin", **asked):
        """A code made by signing in."""
        return answered(self.sign_in(self.authorize_url(app, **asked), who, browser))["code"]

    def redeem(self, app, code, **more):
        """Exchange a code for tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": app.id,
            "client_secret": app.secret,
            "code": code,
            "redirect_uri": ANSWER,
            "code_verifier": VERIFIER,
        }
        return self.post(form | more, "organizations")


def answered(response):
    """What came back to the app."""
    address = response if isinstance(response, str) else response.headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def refused(response):
    """Status, error and code of a refusal."""
    body = response.json()
    return response.status_code, body["error"], body["error_codes"][0]


def text_of(page):
    """A page's words."""
    return unescape(re.sub(r"<[^>]+>", " ", page))
