"""Pictures of every page of a running demo: two widths, four languages, light and dark, into screenshots/.

    make screenshots                                     # as Sophie
    make screenshots args="--people sophie@alpenrand.example,jonas@alpenrand.example --only customers --languages en"

Pages are those of the URL table. Where a path names a thing, the first address of that shape that some page links to
is taken.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, sync_playwright

from scripts import sources

WIDTHS = (1440, 390)
THEMES = ("light", "dark")
TARGET = sources.ROOT / "screenshots"
DATA = Path(os.environ.get("TENANTRY_DATA", sources.ROOT / ".data"))
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SKIPPED = ("api/", "healthz", "readyz", "static/", "bell")


@dataclass(frozen=True)
class Look:
    """One way in which every page is looked at."""

    person: str
    language: str
    theme: str
    width: int

    def file(self, path: str) -> Path:
        """Where the picture of a path goes."""
        name = path.strip("/").replace("/", "-") or "front"
        return TARGET / self.person.partition("@")[0] / f"{name}.{self.language}.{self.theme}.{self.width}.png"


def main(
    people: Annotated[str, typer.Option(help="Who looks, separated by commas.")] = "sophie@alpenrand.example",
    languages: Annotated[str, typer.Option(help="Languages, separated by commas.")] = "en,de,fr,ja",
    only: Annotated[str, typer.Option(help="Only pages whose path contains this.")] = "",
) -> None:
    """Take the pictures and say how many; 1 when a page answered with an error."""
    looks = [Look(*each) for each in itertools.product(people.split(","), languages.split(","), THEMES, WIDTHS)]
    failed: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            for person, of_person in itertools.groupby(looks, key=lambda look: look.person):
                failed += _portrait(browser, person, list(of_person), only)
        finally:
            browser.close()
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"{len(list(TARGET.rglob('*.png')))} pictures in {TARGET.relative_to(sources.ROOT)}/")
    sys.exit(1 if failed else 0)


def _portrait(browser: Browser, person: str, looks: list[Look], only: str) -> list[str]:
    context = browser.new_context(base_url=address())
    sign_in(context, person, json.loads((DATA / "demo-passwords.json").read_text())[person])
    paths = [path for path in found(context, routes(), address()) if only in path]
    failed = []
    for look in looks:
        page = _dressed(context, look)
        failed += [f"{path}: {status} as {person}" for path, status in _pictures(page, look, paths) if status >= 400]
        page.close()
    context.close()
    return failed


def address() -> str:
    """Where the demo of the data folder answers."""
    return f"http://localhost:{json.loads((DATA / 'demo-ports.json').read_text())['web']}"


def routes() -> list[str]:
    """The routes of the pages, from the URL table."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.config.settings")
    django.setup()
    from tests.frame.pages import pages

    looked_at = (page for page in pages() if "GET" in getattr(page.view, "methods", ()))
    return sorted({page.route for page in looked_at if not page.route.startswith(SKIPPED)})


def found(context: BrowserContext, wanted: Iterable[str], home: str) -> list[str]:
    """An address for each route: the route itself, or the first link of that shape on pages already found."""
    paths, links, page = list[str](), set[str](), context.new_page()
    for route in sorted(wanted, key=lambda route: route.count("<")):
        offered = sorted(links) if "<" in route else [f"/{route}"]
        match = next((link for link in offered if shape(route).fullmatch(link)), None)
        leads_to = _links(page, match, home) if match else None
        if match and leads_to is not None:
            paths.append(match)
            links |= leads_to
    page.close()
    return paths


def shape(route: str) -> re.Pattern[str]:
    """A pattern for the addresses of a route."""
    parts = re.split(r"(<[^>]+>)", route)
    return re.compile("/" + "".join("[^/]+" if part.startswith("<") else re.escape(part) for part in parts))


def _links(page: Page, path: str, home: str) -> set[str] | None:
    """Where the page leads to within the portal; None for what is no page."""
    if opened(page, path) is None:
        return None
    links = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    return {urlsplit(link).path for link in links if link.startswith(home)}


def opened(page: Page, path: str) -> Response | None:
    """What the address answered; None for what is no page but a file to be kept."""
    try:
        return page.goto(path)
    except Error as error:
        if "Download is starting" in str(error):
            return None
        raise


def sign_in(context: BrowserContext, person: str, password: str) -> None:
    """Sign the person in, so that each page of the context is that person's."""
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=email]", person)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.close()


def _dressed(context: BrowserContext, look: Look) -> Page:
    """A page of the look's width and theme, after the person's profile was set to the look's language."""
    context.add_cookies([{"name": "theme", "value": look.theme, "url": address()}])
    page = context.new_page()
    page.set_viewport_size({"width": look.width, "height": 900})
    page.goto("/profile")
    if page.locator("html").get_attribute("lang") != look.language:
        page.select_option("select[name=language]", look.language)
        page.locator("form:has(select[name=language])").evaluate("form => form.requestSubmit()")
        page.wait_for_selector(f"html[lang={look.language}]")
    return page


def _pictures(page: Page, look: Look, paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    for path in paths:
        answer = opened(page, path)
        look.file(path).parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=look.file(path), full_page=True)
        yield path, answer.status if answer else 0


if __name__ == "__main__":
    typer.run(main)
