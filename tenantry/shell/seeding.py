"""The demo world: partners and people through the actions, customers through the wizard and the simulated pages."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from tenantry.kernel import scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import Broken
from tenantry.kernel.residency import claims
from tenantry.shell.walker import Walker

if TYPE_CHECKING:
    from tenantry.portal.access.actions import Opened

ALPENRAND, BALTIC = "Alpenrand IT", "Baltic Cloud"
SOPHIE, JONAS, TOMAS = "sophie@alpenrand.example", "jonas@alpenrand.example", "tomas@balticcloud.example"
NORTH = ("contoso.example", "fabrikam.example", "fourthcoffee.example", "margies.example")
CUSTOMERS = (
    "contoso.example", "fabrikam.example", "adatum.example", "adventure-works.example", "bellows.example",
    "cohovineyard.example", "fourthcoffee.example", "humongous.example", "litware.example", "margies.example",
)  # fmt: skip
STRANGERS = ("nodpublishers.example",)
NEWCOMERS = (
    ("northwind.example", "admin", "Global Administrator of a tenant that is not onboarded yet"),
    ("lucerne-publishing.example", "admin_without_sharepoint", "Global Administrator without SharePoint"),
    ("northwind.example", "member", "no administrator"),
)
PATIENCE = 180.0


@dataclass(frozen=True)
class Microsoft:
    """The simulated cloud's admin side, as a person with its key uses it."""

    address: str
    key: str

    @classmethod
    def here(cls) -> Microsoft:
        """The one whose data folder the settings name."""
        folder = Path(settings.SIMULATOR_DATA)
        ports = json.loads((folder / "ports.json").read_text())
        return cls(f"http://127.0.0.1:{ports['admin']}/__sim", (folder / "admin.key").read_text())

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """An admin call; Broken when it is refused."""
        session = requests.Session()
        session.trust_env = False
        answer = session.request(
            method, f"{self.address}{path}", json=value, headers={"X-Sim-Key": self.key}, timeout=20
        )
        if answer.status_code >= 400:
            raise Broken("The simulated cloud refused {path}: {text}", path=path, text=answer.text)
        return answer.json()

    def cast(self) -> dict[str, dict[str, dict[str, str]]]:
        """Who can sign in there, by domain and part."""
        return {tenant["default_domain"]: tenant["cast"] for tenant in self.call("GET", "/world")["tenants"]}


def register_apps() -> None:
    """Register the deployment's apps at the simulated cloud, once for each data folder and address."""
    from tenantry.engines.cloud import apps
    from tenantry.engines.inventory import catalogue

    microsoft, answer = Microsoft.here(), f"{settings.PUBLIC_URL}/connect/microsoft"
    wishes = {
        apps.SIGN_IN: {"display_name": "Tenantry sign-in", "scopes": ["openid", "profile", "User.Read"]},
        apps.INSIGHT: {"display_name": "Tenantry Insight", "roles": [wish.name for wish in catalogue.INSIGHT]},
    }
    for name, wish in wishes.items():
        if not apps.is_registered(name):
            made = microsoft.call("POST", "/apps", {**wish, "redirect_uris": [answer]})
            apps.keep(name, made["client_id"], made["client_secret"])


def seed(portal: str, console: Console) -> None:
    """Make what is missing of the demo world, showing how the first reads go on."""
    with console.status("Opening the partners"):
        _open_partners()
    _onboard_all(portal, console)
    _watch_first_reads(console)


def _open_partners() -> None:
    if claims.route("email", SOPHIE) is None:
        opened = _open(ALPENRAND, "CH", (SOPHIE, "Sophie", "Lindqvarn"))
        _add_colleague(opened.partner, opened.region)
    if claims.route("email", TOMAS) is None:
        _open(BALTIC, "DE", (TOMAS, "Tomas", "Kask"))


def _open(name: str, country: str, owner: tuple[str, str, str]) -> Opened:
    from tenantry.portal.access.actions import NewPartner, NewPerson, open_partner

    installation = system(0, settings.REGIONS[0])
    person = NewPerson(*owner, made_once(settings.DATA, owner[0]))
    return open_partner(installation, NewPartner(name, country, second_factor=False), person)


def _add_colleague(partner: int, region: str) -> None:
    """Jonas, a technician of the customers in the group North."""
    from tenantry.portal.access import rules
    from tenantry.portal.access.actions import GroupWish, NewPerson, add_person, create_group, create_role

    with scope.task(partner, region) as opened:
        group = create_group(opened.actor, GroupWish("North", "Customers of the northern office", 2, frozenset()))
        wish = rules.Wish("Technicians North", "Looks after the customers in North",
                          frozenset({"customers.view", "customers.onboard", "customers.edit", "customers.sync"}),
                          everywhere=False, groups=frozenset({group.pk}))  # fmt: skip
        role = create_role(opened.actor, wish)
        add_person(opened.actor, NewPerson(JONAS, "Jonas", "Weber", made_once(settings.DATA, JONAS)), [role])


def _onboard_all(portal: str, console: Console) -> None:
    """Each customer through the wizard, by whoever onboards it: ten by Sophie, one by Tomas."""
    cast = Microsoft.here().cast()
    wished = [(SOPHIE, domain) for domain in CUSTOMERS] + [(TOMAS, domain) for domain in STRANGERS]
    missing = [(person, domain) for person, domain in wished if not _is_onboarded(person, domain)]
    if not missing:
        return
    walkers: dict[str, Walker] = {}
    with _progress(console) as bar:
        task = bar.add_task("Onboarding customers", total=len(missing))
        for person, domain in missing:
            walker = walkers.get(person) or _signed_in(portal, person)
            walkers[person] = walker
            onboard(walker, cast[domain]["admin"], _groups(person) if domain in NORTH else [])
            bar.advance(task)


def onboard(walker: Walker, account: dict[str, str], groups: list[str]) -> None:
    """Through the wizard and Microsoft's pages as this account, and into these groups."""
    page = walker.open("/customers/onboard")
    page = walker.send(page.form(action="/customers/onboard"), button="m365")
    page = walker.send(page.form(action="/sign-in"))
    page = walker.send(page.form("login", "password"), login=account["upn"], password=account["password"])
    page = walker.send(page.form(action="/adminconsent"), button="accept")
    form = page.form("organisation", "country")
    centre = form.values["data_centre"][0] or settings.REGIONS[0]  # none of the demo's is meant for some countries
    page = walker.send(form, mode="partner", groups=groups, data_centre=centre)
    page = walker.send(page.form(action="/confirm"))
    if "/tenants" not in page.url:
        raise Broken(
            "{account} could not be onboarded; the wizard stopped at {url}.", account=account["upn"], url=page.url
        )


def _groups(person: str) -> list[str]:
    from tenantry.portal.customers.models import CustomerGroup

    place = claims.route("email", person)
    if place is None:
        return []
    with scope.task(place.partner, place.region):
        return [str(pk) for pk in CustomerGroup.objects.filter(name="North").values_list("pk", flat=True)]


def _is_onboarded(person: str, domain: str) -> bool:
    from tenantry.portal.customers.models import Tenant

    place = claims.route("email", person)
    if place is None:
        return False
    with scope.task(place.partner, place.region):
        return Tenant.of_partner.filter(default_domain=domain).exists()


def _signed_in(portal: str, person: str) -> Walker:
    walker = Walker(portal)
    form = walker.open("/sign-in").form("email", "password")
    page = walker.send(form, email=person, password=made_once(settings.DATA, person))
    if page.url.endswith("/sign-in") or page.status != 200:
        raise Broken("{person} could not sign in.", person=person)
    return walker


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    )


def _watch_first_reads(console: Console) -> None:
    """Show how many kinds of the first reads are done, until all are or three minutes have passed."""
    deadline = time.monotonic() + PATIENCE
    done, total = _first_reads()
    if done == total:
        return
    with _progress(console) as bar:
        task = bar.add_task("First reads", total=total)
        while done < total and time.monotonic() < deadline:
            bar.update(task, completed=done, total=total)
            time.sleep(0.5)
            done, total = _first_reads()


def _first_reads() -> tuple[int, int]:
    """Kinds whose first read has ended, and all of them, over the demo's partners."""
    from tenantry.engines.inventory import queries

    done = total = 0
    for person in (SOPHIE, TOMAS):
        place = claims.route("email", person)
        if place is not None:
            with scope.task(place.partner, place.region):
                ended, known = queries.first_reads()
            done, total = done + ended, total + known
    return done, total


def introduce(portal: str, console: Console) -> None:
    """Say where the portal is and who can sign in, here and at the simulated Microsoft."""
    cast = Microsoft.here().cast()
    console.print(f"\n[bold]Tenantry is at {portal}[/bold]   (all data is invented)\n")
    people = ((SOPHIE, f"administrator of {ALPENRAND}"), (JONAS, "technician of the customers in North"),
              (TOMAS, f"administrator of {BALTIC}, a stranger"))  # fmt: skip
    for person, what in people:
        console.print(f"  {person:<38} {made_once(settings.DATA, person):<18} {what}")
    console.print("\nAt the simulated Microsoft, for onboarding:\n")
    for domain, part, what in NEWCOMERS:
        account = cast[domain][part]
        console.print(f"  {account['upn']:<38} {account['password']:<18} {what}")
    console.print(
        "\nTry `simulator change contoso.example` and `simulator withdraw contoso.example`. Ctrl-C stops all."
    )


def made_once(folder: Path, name: str) -> str:
    """A password made once and kept in the data folder, readable by its owner only."""
    kept = folder / "demo-passwords.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    if name not in known:
        known[name] = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(known, indent=1))
    return known[name]
