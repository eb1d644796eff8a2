"""What the server's commands do with the portal: as a person, with that person's permissions, at the task's door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from rich.console import Console
from rich.table import Table

from tenantry.engines.cloud import clouds
from tenantry.engines.inventory import actions as inventory
from tenantry.engines.inventory import queries as inventory_queries
from tenantry.kernel import ports, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing, Problem
from tenantry.kernel.residency import claims
from tenantry.portal.customers.models import Customer
from tenantry.portal.partners import actions as partners
from tenantry.portal.partners.models import Partner
from tenantry.portal.people.models import Person
from tenantry.shell import operator

console = Console(highlight=False)


@contextmanager
def acting(email: str) -> Iterator[Actor]:
    """The scope of the person who signs in with this address; Missing for an address that nobody holds."""
    place = claims.route("email", email)
    if place is None:
        raise Missing("Nobody here signs in as {email}.", email=email)
    with scope.route(place.partner, place.region):
        person = Person.objects.known_as(email).first()
        if person is None:
            raise Missing("Nobody here signs in as {email}.", email=email)
        actor = ports.resolver().actor(person.pk)
    with scope.of(actor):
        yield actor


def sync(customer: str, person: str) -> int:
    """Ask for a fresh read of each customer that the words name; returns the exit code."""
    try:
        with acting(person) as actor, scope.narrowed("customers.sync"):
            found = [row for row in Customer.objects.order_by("sort_key") if _named(row, customer)]
            for row in found:
                started = inventory.request_read(actor, row.pk)
                console.print(f"{row}: {'reading now' if started else 'was asked for within the last minute'}")
    except Problem as problem:
        console.print(str(problem))
        return 1
    if not found:
        console.print(f"No customer is called {customer}.")
    return 0 if found else 1


def _named(customer: Customer, words: str) -> bool:
    return words.casefold() in (customer.short_id.casefold(), customer.organisation.casefold())


def status(person: str) -> int:
    """Say what is known of each customer, and how old it is; returns the exit code."""
    try:
        with acting(person):
            _print_status()
    except Problem as problem:
        console.print(str(problem))
        return 1
    return 0


def _print_status() -> None:
    rows = list(Customer.objects.filter(state=Customer.State.ACTIVE).order_by("sort_key"))
    figures = inventory_queries.figures(row.pk for row in rows)
    table = Table("Customer", "Users", "Seats", "Synced")
    for row in rows:
        known = figures.get(row.pk)
        if known is None:
            table.add_row(str(row), "unknown", "unknown", "never read")
            continue
        seats = f"{_shown(known.seats_assigned.value)} of {_shown(known.seats_bought.value)}"
        table.add_row(str(row), _shown(known.users.value), seats, str(known.synced.text))
    console.print(table)


def _shown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def grant_distributor(partner: int) -> int:
    """Let a partner distribute licences, whichever region keeps it; returns the exit code."""

    def act(actor: Actor, found: Partner) -> str:
        gained = partners.grant_distributor(actor)
        return f"{found.name} {'may distribute licences now' if gained else 'could do so already'}."

    return _to_partner(partner, act)


def name_directory(partner: int, tenant_id: str) -> int:
    """Say which Microsoft directory is a partner's own; returns the exit code."""

    def act(actor: Actor, found: Partner) -> str:
        partners.name_directory(actor, tenant_id)
        return f"{found.name} cannot be its own customer by this directory any more."

    return _to_partner(partner, act)


def _to_partner(partner: int, act: Callable[[Actor, Partner], str]) -> int:
    """Do it in the region that keeps the partner, and say what came of it."""
    try:
        said = next(filter(None, (_said(partner, region, act) for region in settings.REGIONS)), "")
    except Problem as problem:
        console.print(str(problem))
        return 1
    console.print(said or f"No partner has the number {partner}.")
    return 0 if said else 1


def _said(partner: int, region: str, act: Callable[[Actor, Partner], str]) -> str:
    """What the act says in this region; nothing where it does not keep the partner."""
    with scope.task(partner, region) as opened:
        found = Partner.objects.first()
        return act(opened.actor, found) if found is not None else ""


def doctor() -> int:
    """Check databases and cloud; returns the exit code."""
    checks = {f"Database {region}": operator.answers(region) for region in settings.REGIONS}
    checks["Directory"] = operator.answers("directory")
    checks[f"Cloud {settings.CLOUD}"] = _has_cloud()
    for what, good in checks.items():
        console.print(f"{'ok     ' if good else 'missing'} {what}")
    return 0 if all(checks.values()) else 1


def _has_cloud() -> bool:
    try:
        clouds.cloud(settings.CLOUD)
    except Problem:
        return False
    return True
