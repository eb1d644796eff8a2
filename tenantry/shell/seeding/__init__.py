"""The demo world: firms through the actions, customers through the wizard and the simulated pages, faults at last.

A process of its own does it and ends: people may sign in as soon as the first customers are there, and what is
missing after a stop is made by the next start.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import requests
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tenantry.shell.demo import PREPARED
from tenantry.shell.seeding import customers, microsoft, partners
from tenantry.shell.seeding.cast import (
    ALPENRAND,
    BALTIC,
    FRONT,
    JONAS,
    JONAS_IS,
    KIEFER,
    NEWCOMERS,
    NORDLICHT,
    Wish,
    small,
    troubled,
    wishes,
)  # fmt: skip
from tenantry.shell.walker import Walker

WHOLE = "demo-whole"
READS_END_WITHIN = 600.0


def run(portal: str, only_small: bool = False) -> None:
    """Prepare the databases, say so by a file, and make what is missing of the world; say who can sign in."""
    from tenantry.shell.processes import prepare_databases

    signal.signal(signal.SIGTERM, _stop)
    console = Console(highlight=False)
    prepare_databases()
    _patiently(lambda: microsoft.Microsoft.here().call("GET", "/health"))
    microsoft.register_apps()
    partners.open_partners()
    (settings.DATA / PREPARED).touch()
    _patiently(lambda: Walker(portal).open("/healthz"))
    _make_world(portal, console, only_small)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _patiently(ask: Callable[[], object]) -> None:
    """Ask until somebody answers; the supervisor loses its patience before this does."""
    for _turn in range(1200):
        try:
            ask()
        except (requests.ConnectionError, FileNotFoundError):
            time.sleep(0.05)
        else:
            return


def _make_world(portal: str, console: Console, only_small: bool) -> None:
    here = microsoft.Microsoft.here()
    tenants = here.tenants()
    cast = {tenant["default_domain"]: tenant["cast"] for tenant in tenants}
    wished, mark = small(wishes(tenants)) if only_small else wishes(tenants), settings.DATA / WHOLE
    people = customers.People(portal)
    whole = mark.exists() and json.loads(mark.read_text()) == {"customers": len(wished)}
    absent = [] if whole else customers.missing(wished)
    front = [wish for wish in absent if wish.domain in FRONT]
    _onboard(people, front, cast, console, "Onboarding the first customers")
    introduce(portal, cast, console)
    rest = [wish for wish in absent if wish.domain not in FRONT]
    _onboard(people, rest, cast, console, "Onboarding the other customers")
    if not whole:
        _watch_first_reads(console)
        _let_things_happen(here, people, wished)
        mark.write_text(json.dumps({"customers": len(wished)}))
    for domain in troubled(wished)["throttled"]:
        here.throttle(next(tenant["id"] for tenant in tenants if tenant["default_domain"] == domain))
    console.print(f"The demo world is whole: {len(wished)} customers.")


def _onboard(people: customers.People, wished: list[Wish], cast: Any, console: Console, words: str) -> None:
    if wished:
        with _progress(console) as bar:
            task = bar.add_task(words, total=len(wished))
            customers.onboard_all(people, wished, cast, lambda: bar.advance(task))


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    )


def _watch_first_reads(console: Console) -> None:
    """Show how many kinds of the first reads are done, until all are or ten minutes have passed."""
    deadline = time.monotonic() + READS_END_WITHIN
    done, total = _first_reads()
    with _progress(console) as bar:
        task = bar.add_task("First reads", total=total)
        while done < total and time.monotonic() < deadline:
            bar.update(task, completed=done, total=total)
            time.sleep(1)
            done, total = _first_reads()


def _first_reads() -> tuple[int, int]:
    """Kinds whose first read has ended, and all of them, over the demo's partners."""
    from tenantry.engines.inventory import queries
    from tenantry.kernel import scope
    from tenantry.kernel.residency import claims

    done = total = 0
    for player in (ALPENRAND, KIEFER, BALTIC):
        place = claims.route("email", player.email)
        if place is not None:
            with scope.task(place.partner, place.region):
                ended, known = queries.first_reads()
            done, total = done + ended, total + known
    return done, total


def _let_things_happen(here: microsoft.Microsoft, people: customers.People, wished: list[Wish]) -> None:
    """Administrators of some customers take consent or a permission back, and somebody reads there again."""
    happened = troubled(wished)
    for domain in happened["withdrawn"]:
        here.withdraw(domain)
    for domain in happened["reduced"]:
        here.reduce(domain)
    for domain in [*happened["withdrawn"], *happened["reduced"]]:
        customers.read_again(people, ALPENRAND.email, domain)


def introduce(portal: str, cast: dict[str, Any], console: Console) -> None:
    """Say where the portal is and who can sign in, here and at the simulated Microsoft."""
    console.print(f"\n[bold]Tenantry is at {portal}[/bold]   (all data is invented)\n")
    people = [(ALPENRAND.email, ALPENRAND.what), (JONAS, JONAS_IS),
              *((player.email, player.what) for player in (NORDLICHT, KIEFER, BALTIC))]  # fmt: skip
    for person, what in people:
        console.print(f"  {person:<38} {partners.made_once(settings.DATA, person):<18} {what}", soft_wrap=True)
    console.print("\nAt the simulated Microsoft, for onboarding:\n")
    for domain, part, what in NEWCOMERS:
        account = cast[domain][part]
        console.print(f"  {account['upn']:<38} {account['password']:<18} {what}", soft_wrap=True)
    console.print(
        "\nTry `simulator change contoso.example` and `simulator withdraw contoso.example`. Ctrl-C stops all.",
        soft_wrap=True,
    )
    sys.stdout.flush()
