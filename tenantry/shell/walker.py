"""Plays a person at a browser over HTTP: opens pages, fills forms, follows where they lead.

The demo seeds its customers with it, through the same pages as everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from tenantry.kernel.errors import Broken

TIMEOUT = 30


@dataclass
class Form:
    """A form of a page: where it goes, and the values that a browser would send untouched."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, words


@dataclass
class Page:
    """What a browser holds after a request."""

    url: str
    status: int
    text: str
    forms: list[Form]

    def form(self, *needed: str, action: str = "") -> Form:
        """The first form that has all of these fields, or that goes to this path."""
        for form in self.forms:
            if set(needed) <= form.names and action in urlsplit(form.action).path:
                return form
        raise Broken("The page {url} has no form with {fields}.", url=self.url, fields=", ".join(needed) or action)


class Walker:
    """One person with one browser."""

    def __init__(self, start: str) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.start = start
        self.page = Page(start, 0, "", [])

    def window(self) -> Walker:
        """Another window of the same browser: whoever is signed in here is signed in there."""
        other = Walker(self.start)
        other.session.cookies.update(self.session.cookies)
        return other

    def open(self, path: str) -> Page:
        """Open an address, redirects and all."""
        return self._hold(self.session.get(urljoin(self.start, path), timeout=TIMEOUT))

    def send(self, form: Form, button: str = "", **values: str | list[str]) -> Page:
        """Fill the form and press the button whose words or value contain the text (the first one by default)."""
        filled = form.values | {name: value if isinstance(value, list) else [value] for name, value in values.items()}
        for name, value, words in form.buttons:
            if button in words or button == value:
                if name:
                    filled[name] = [value]
                break
        else:
            if button:
                raise Broken("The form at {url} has no button {button}.", url=self.page.url, button=button)
        return self._hold(self._request(form, filled))

    def _request(self, form: Form, filled: dict[str, list[str]]) -> requests.Response:
        headers = {"Referer": self.page.url, "Origin": "{0.scheme}://{0.netloc}".format(urlsplit(self.page.url))}
        if form.method == "get":
            return self.session.get(form.action, params=filled, headers=headers, timeout=TIMEOUT)
        return self.session.post(form.action, data=filled, headers=headers, timeout=TIMEOUT)

    def _hold(self, response: requests.Response) -> Page:
        reader = _Forms(response.url)
        reader.feed(response.text)
        self.page = Page(response.url, response.status_code, response.text, reader.forms)
        return self.page


class _Forms(HTMLParser):
    """Collects the forms of a page as a browser would fill them."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, list[Form]()
        self._select = self._area = ""
        self._button: tuple[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.url, given.get("action", ""))
            self.forms.append(Form(action, given.get("method", "get").lower()))
        elif self.forms:
            reader = self._readers().get(tag)
            if reader is not None and "disabled" not in given:
                reader(given)

    def _readers(self) -> dict[str, Callable[[dict[str, str]], None]]:
        return {
            "input": self._input,
            "select": self._start_select,
            "option": self._option,
            "textarea": self._textarea,
            "button": self._start_button,
        }

    def _input(self, given: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], given.get("name", ""), given.get("type", "text")
        if kind == "submit":
            form.buttons.append((name, given.get("value", ""), given.get("value", "")))
        elif name:
            form.names.add(name)
            ticked = kind in {"checkbox", "radio"}
            if not ticked or "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on" if ticked else ""))

    def _start_select(self, given: dict[str, str]) -> None:
        self._select = given.get("name", "")
        self.forms[-1].names.add(self._select)

    def _option(self, given: dict[str, str]) -> None:
        values = self.forms[-1].values
        if self._select and ("selected" in given or self._select not in values):
            values[self._select] = [given.get("value", "")]

    def _textarea(self, given: dict[str, str]) -> None:
        self._area = given.get("name", "")
        self.forms[-1].names.add(self._area)
        self.forms[-1].values[self._area] = [""]

    def _start_button(self, given: dict[str, str]) -> None:
        if given.get("type", "submit") == "submit":
            self._button, self._words = (given.get("name", ""), given.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._words += data
        if self._area:
            self.forms[-1].values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "button" and self._button is not None:
            name, value = self._button
            self.forms[-1].buttons.append((name, value, " ".join(self._words.split())))
            self._button = None
