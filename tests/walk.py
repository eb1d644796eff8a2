"""Plays a person who onboards a customer: fills the portal's forms and the simulated Microsoft's, over HTTP.

Nothing here knows an address of the wizard but the first: it follows where the pages lead.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
import requests

from tenantry.shell.walker import Form, Page, _Forms

NOT_A_REDIRECT = 20


class Walk:
    """One person: a signed-in test client at the portal, an ordinary browser at Microsoft."""

    def __init__(self, client, portal: str) -> None:
        self.client, self.portal = client, portal
        self.microsoft = requests.Session()
        self.microsoft.trust_env = False
        self.page = Page(portal, 0, "", [])

    def open(self, address: str) -> Page:
        """Open an address, on whichever side it is, and follow where it leads."""
        return self._follow("get", address, {})

    def send(self, form: Form, button: str = "", **values) -> Page:
        """Fill a form of the page and press the button whose words contain the text."""
        filled = form.values | {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        for name, value, words in form.buttons:
            if name and (button in words or button == value):
                filled[name] = [value]
                break
        return self._follow(form.method, form.action, filled)

    def _follow(self, method: str, address: str, values) -> Page:
        for _turn in range(NOT_A_REDIRECT):
            address = urljoin(self.page.url or self.portal, address)
            status, text, leads_to = self._ask(method, address, values)
            self.page = self._read(address, status, text)
            if not leads_to:
                return self.page
            method, address, values = "get", leads_to, {}
        raise AssertionError(f"{address} leads round in a circle")

    def _ask(self, method: str, address: str, values) -> tuple[int, str, str]:
        if urlsplit(address).netloc == urlsplit(self.portal).netloc:
            parts = urlsplit(address)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            answer = self.client.get(path) if method == "get" else self.client.post(path, values)
            return answer.status_code, answer.content.decode(), answer.headers.get("Location", "")
        if method == "get":
            found = self.microsoft.get(address, params=values or None, allow_redirects=False, timeout=20)
        else:
            found = self.microsoft.post(address, data=values, allow_redirects=False, timeout=20)
        return found.status_code, found.text, found.headers.get("Location", "")

    def _read(self, url: str, status: int, text: str) -> Page:
        reader = _Forms(url)
        reader.feed(text)
        return Page(url, status, text, reader.forms)

    def identify(self, kind: str = "m365") -> Page:
        """From the six ways to the second step."""
        form = self.open("/customers/onboard").form(action="/customers/onboard")
        return self.send(form, kind)

    def sign_in(self, account: dict[str, str]) -> Page:
        """From the second step through Microsoft's sign-in page, as this account."""
        self.send(self.page.form(action="sign-in"))
        return self.as_account(account)

    def as_account(self, account: dict[str, str]) -> Page:
        """Fill Microsoft's sign-in page."""
        return self.send(self.page.form("login", "password"), login=account["upn"], password=account["password"])

    def decide(self, decision: str = "accept") -> Page:
        """Accept or decline on Microsoft's consent page."""
        return self.send(self.page.form(action="adminconsent"), decision)

    def inform(self, **values) -> Page:
        """Fill the third step, which is prefilled, and the one after it opens."""
        return self.send(self.page.form("organisation", "data_centre"), **values)

    def confirm(self, **values) -> Page:
        """Finish the last step."""
        return self.send(self.page.form("recipients"), **values)

    def onboard(self, account: dict[str, str], **information) -> Page:
        """The whole way, from the list of customers to the page of the new one."""
        self.identify()
        self.sign_in(account)
        self.decide()
        self.inform(**information)
        return self.confirm()


@pytest.fixture
def walk(world, microsoft, settings) -> Walk:
    """Sophie of Alpenrand IT at her browser."""
    return Walk(world.alpenrand.browser("Sophie"), settings.PUBLIC_URL)
