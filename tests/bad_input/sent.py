"""The forms of a page as a browser would send them, and how to send them otherwise."""

from __future__ import annotations

import html
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.frame.pages import Page
from tests.test_permissions import PAGES, path_of, rolled_back

SCRIPT = "<script>spoilt()</script>"
TYPED = {"text", "search", "tel", "url", "textarea", "email"}
FILLED_BY_BROWSERS = {"username", "one-time-code"}
POSTED = [page for page in PAGES if not page.is_rest]
WITHOUT_A_PAGE = {"ids": ["1"], "all": ["1"], "state": ["q=x"], "tags": ["x"], "name": ["x"], "version": ["1"]}


@dataclass
class Form:
    """A form that is posted: where to, its values untouched, and of what kind each field is."""

    action: str
    page: str
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)  # what a choice offers

    @property
    def typed(self) -> list[str]:
        """The fields that people type words into."""
        return [name for name, kind in self.kinds.items() if kind in TYPED]

    @property
    def chosen(self) -> list[str]:
        """The fields in which one of several is chosen."""
        return [name for name, kind in self.kinds.items() if kind in {"select", "radio", "number"}]

    @property
    def stamp(self) -> str:
        """The field that says which state of the record was shown, or nothing."""
        return next((name for name in ("version", "stamp") if self.kinds.get(name) == "hidden"), "")


class Reader(HTMLParser):
    """Collects the forms of a page, and the fields that stand elsewhere and name their form."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms, self.named = url, [], {}
        self.open, self.area, self.select = None, "", ""

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(urljoin(self.url, given.get("action", "")) or self.url, self.url)
            self.named[given.get("id", "")] = self.open
            if given.get("method", "get").lower() == "post":
                self.forms.append(self.open)
            return
        form = self.named.get(given["form"]) if "form" in given else self.open
        if form is not None and "disabled" not in given:
            getattr(self, f"_{tag}", lambda *_: None)(form, given)

    def _input(self, form, given):
        name, kind = given.get("name", ""), given.get("type", "text")
        if not name or kind in {"submit", "button"}:
            return
        if "readonly" in given or given.get("autocomplete") in FILLED_BY_BROWSERS:
            kind = "filled"
        form.kinds[name] = kind
        ticked = kind in {"checkbox", "radio"}
        if kind == "radio":
            form.offers.setdefault(name, []).append(given.get("value", ""))
        if not ticked or "checked" in given:
            form.values.setdefault(name, []).append(given.get("value", "on" if ticked else ""))

    def _select(self, form, given):
        self.select = given.get("name", "")
        form.kinds[self.select], form.offers[self.select] = "select", []

    def _option(self, form, given):
        if self.select:
            form.offers[self.select].append(given.get("value", ""))
        if self.select and ("selected" in given or self.select not in form.values):
            form.values[self.select] = [given.get("value", "")]

    def _textarea(self, form, given):
        self.area = given.get("name", "")
        form.kinds[self.area], form.values[self.area] = "textarea", [""]

    def _button(self, form, given):
        if given.get("name") and given.get("type", "submit") == "submit":
            # an editor shows what would be, and its button waits for a change: here it saves
            form.values[given["name"]] = ["save" if given["name"] == "act" else given.get("value", "")]
            form.kinds[given["name"]] = "button"

    def handle_data(self, data):
        if self.area and self.open:
            self.open.values[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def forms_of(browser, page: Page, world) -> list[Form]:
    """The forms that the page posts; one that shows none is sent the fields that bulk acts and small acts use."""
    path = path_of(page, world)
    answer = browser.get(path)
    if answer.status_code == 405:
        return [Form(path, "", dict(WITHOUT_A_PAGE), dict.fromkeys(WITHOUT_A_PAGE, "text"))]
    if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
        return []
    return read(browser, path, answer)


def every_form(browser, world):
    """The forms of all pages, each page with things of its own, which are gone before the next."""
    for page in POSTED:
        with undone(browser):
            yield from forms_of(browser, page, world)


def read(browser, path: str, answer=None) -> list[Form]:
    """The forms that stand on a page."""
    reader = Reader(path)
    reader.feed((answer or browser.get(path)).content.decode())
    return [form for form in reader.forms if not urlsplit(form.action).netloc]


def send(browser, form: Form, **changed):
    """Post the form with other values in some fields; None leaves a field out."""
    values = {name: value for name, value in (form.values | changed).items() if value is not None}
    return browser.post(form.action, values)


@contextmanager
def undone(browser):
    """Undo what was written, and what the browser was told to keep."""
    cookies = browser.cookies.copy()
    with rolled_back():
        yield
    browser.cookies = cookies


def told(answer) -> str:
    """The text of an answer; nothing for a file."""
    readable = any(kind in answer.headers.get("Content-Type", "") for kind in ("html", "json", "text"))
    return b"".join(answer).decode() if readable else ""


def shows(answer, words: str) -> bool:
    """Whether the answer holds the words as text."""
    return words in html.unescape(told(answer))
