"""The demo's customers, each through the wizard and Microsoft's pages over HTTP, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed

from django.conf import settings
from django.db import connections

from tenantry.kernel import scope
from tenantry.kernel.errors import Broken
from tenantry.kernel.residency import claims
from tenantry.shell.seeding.cast import Wish
from tenantry.shell.seeding.partners import made_once
from tenantry.shell.walker import Walker

AT_ONCE = 4


class People:
    """Who has signed in at the portal: one browser each, with as many windows as are needed."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.browsers: dict[str, Walker] = {}

    def window(self, person: str) -> Walker:
        """A new window of the person's browser, in which it is signed in."""
        if person not in self.browsers:
            self.browsers[person] = self._signed_in(person)
        return self.browsers[person].window()

    def _signed_in(self, person: str) -> Walker:
        walker = Walker(self.portal)
        form = walker.open("/sign-in").form("email", "password")
        page = walker.send(form, email=person, password=made_once(settings.DATA, person))
        if "/sign-in" in page.url or page.status != 200:
            raise Broken("{person} could not sign in.", person=person)
        return walker


def missing(wishes: Iterable[Wish]) -> list[Wish]:
    """Those whose tenants their partners do not look after yet."""
    known = {person: _domains(person) for person in {wish.person for wish in wishes}}
    return [wish for wish in wishes if wish.domain not in known[wish.person]]


def _domains(person: str) -> set[str]:
    from tenantry.portal.customers.models import Tenant

    place = claims.route("email", person)
    if place is None:
        return set()
    with scope.task(place.partner, place.region):
        return set(Tenant.of_partner.values_list("default_domain", flat=True))


def onboard_all(
    people: People, wishes: list[Wish], cast: dict[str, dict[str, dict[str, str]]], done: Callable[[], None]
) -> None:
    """Each wish through the pages, several at once; `done` is called after each. Stops at the first that fails."""
    groups = {person: _groups(person) for person in {wish.person for wish in wishes}}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person in groups:
            people.window(person)
        jobs = [
            pool.submit(_onboard_one, people.window(wish.person), cast[wish.domain]["admin"], wish, groups[wish.person])
            for wish in wishes
        ]
        for job in as_completed(jobs):
            if job.exception() is not None:
                pool.shutdown(wait=False, cancel_futures=True)
            job.result()
            done()


def _onboard_one(walker: Walker, account: dict[str, str], wish: Wish, groups: dict[str, str]) -> None:
    try:
        onboard(walker, account, wish, [groups[name] for name in wish.groups if name in groups])
    finally:
        connections.close_all()


def onboard(walker: Walker, account: dict[str, str], wish: Wish, groups: list[str]) -> None:
    """Through the wizard and Microsoft's pages as this account, and into these groups; Broken where it stops."""
    page = walker.open("/customers/onboard")
    page = walker.send(page.form(action="/customers/onboard"), button="m365")
    page = walker.send(page.form(action="/sign-in"))
    page = walker.send(page.form("login", "password"), login=account["upn"], password=account["password"])
    page = walker.send(page.form(action="/adminconsent"), button="accept")
    form = page.form("organisation", "country")
    centre = form.values["data_centre"][0] or settings.REGIONS[0]  # none of the demo's is meant for some countries
    page = walker.send(form, mode=wish.mode, tags=wish.tags, groups=groups, data_centre=centre)
    page = walker.send(page.form(action="/confirm"))
    if "/tenants" not in page.url:
        raise Broken("{account} could not be onboarded; the wizard stopped at {url}.", account=account["upn"],
                     url=page.url)  # fmt: skip


def read_again(people: People, person: str, domain: str) -> None:
    """Press *Read now* on the page of the customer whose tenant this is."""
    from tenantry.portal.customers.models import Tenant

    place = claims.route("email", person)
    if place is None:
        return
    with scope.task(place.partner, place.region):
        customer = Tenant.of_partner.get(default_domain=domain).customer_id
    walker = people.window(person)
    page = walker.open(f"/customers/{customer}")
    walker.send(page.form(action=f"/customers/{customer}/read"))


def _groups(person: str) -> dict[str, str]:
    """The partner's customer groups by name, as the wizard's form names them."""
    from tenantry.portal.customers.models import CustomerGroup

    place = claims.route("email", person)
    if place is None:
        return {}
    with scope.task(place.partner, place.region):
        return {name: str(pk) for name, pk in CustomerGroup.objects.values_list("name", "pk")}
