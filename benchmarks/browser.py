"""The same page in Chromium: from the click that sorts or filters to the painted new rows."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import place, world
from benchmarks.results import Figure

ACTS, LIMIT = 80, 250.0  # ms
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
WORDS = ("werk", "GmbH", "bau", "Nord", "medien", "Gold")
# Two frames after the swap the new rows have been painted; a list that shows the rows of before has not answered.
ACT = """([selector, words]) => new Promise((done) => {
  const shown = () => document.querySelector('#grid-customers tbody').textContent, before = shown();
  const began = performance.now();
  document.body.addEventListener('htmx:afterSettle', () => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(shown() === before ? -1 : performance.now() - began))), { once: true });
  const found = document.querySelector(selector);
  if (words === null) found.click();
  else { found.querySelector('input[type=search]').value = words; found.requestSubmit(); }
})"""


def measure() -> list[Figure]:
    """The 95th percentile and the median over many acts, after a few that warm the server."""
    from playwright.sync_api import sync_playwright

    with place.server():
        world.ready()
        cookie = _cookie()
        with _portal() as address, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
            name = f"tenantry_{address.rpartition(':')[2]}"  # as the settings call it at this port
            page.context.add_cookies([{"name": name, "value": cookie.partition("=")[2], "url": address}])
            page.goto(f"{address}/customers", timeout=120_000)  # the first request imports everything
            times = sorted([page.evaluate(ACT, act) for act in _acts()][10:])
            chromium.close()
    if times[0] < 0:
        raise SystemExit("An act showed the rows of before.")
    return [
        Figure("customers page in Chromium, p95 of an act", times[len(times) * 95 // 100], "ms", "limit", LIMIT),
        Figure("customers page in Chromium, median of an act", times[len(times) // 2], "ms"),
    ]


def _acts() -> Iterator[tuple[str, str | None]]:
    """Search for a word, sort the found by name, turn it round; then the next word."""
    for number in range(ACTS + 10):
        if number % 3 == 0:
            yield "#grid-customers form.tn-grid-search", WORDS[number // 3 % len(WORDS)]
        else:
            yield "#grid-customers thead th a", None


def _cookie() -> str:
    import django

    django.setup()
    cookie = world.session()
    from django.db import connections

    connections.close_all()
    return cookie


@contextmanager
def _portal() -> Iterator[str]:
    """The web server as the demo runs it, over the benches' world."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tenantry.shell.cli", "serve", "--port", str(port)]
    kept = {**os.environ, "TENANTRY_DATABASE_KEPT": "yes"}
    with (place.DATA / "web.log").open("ab") as log:
        web = subprocess.Popen(command, cwd=place.ROOT, env=kept, stdout=log, stderr=log)
    try:
        _wait_for(port)
        yield f"http://localhost:{port}"
    finally:
        web.terminate()
        web.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The web server did not start.")
