"""One partner with ten thousand customers, each with a tenant, an app profile, figures, tags and a group."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta

from benchmarks import names, place
from benchmarks.place import DATA, REGION, ROOT

CUSTOMERS = 10_000
EMAIL = "sophie@alpenrand.example"
PASSWORD = "correct horse battery"
COUNTRIES = ("DE", "AT", "CH", "FR", "JP")
TAGS = (
    "Gold",
    "Silver",
    "Pilot",
    "Schools",
    "Retail",
    "Trade fair",
    "24/7",
    "Backup",
    "VIP",
    "Late payer",
    "North",
    "New",
)


def ready() -> None:
    """Make the world unless it stands, of these migrations and this file."""
    mark = DATA / "world"
    if mark.exists() and mark.read_text() == _stamp():
        return
    mark.unlink(missing_ok=True)
    _empty()
    _migrate()
    _open()
    _settle()
    mark.write_text(_stamp())


def _stamp() -> str:
    """Changes with what writes the world."""
    whole, own = hashlib.sha256(), [ROOT / "benchmarks" / name for name in ("world.py", "names.py")]
    for path in (*own, *sorted((ROOT / "tenantry").rglob("migrations/*.py"))):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _empty() -> None:
    import psycopg

    from tenantry.engines.postgres import addresses

    with psycopg.connect(**addresses.admin(DATA, ""), autocommit=True) as connection:
        for name in (addresses.DIRECTORY, addresses.WORK, REGION):
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _open() -> None:
    from tenantry.kernel import scope
    from tenantry.kernel.actor import system
    from tenantry.portal.access import actions
    from tenantry.portal.access.actions import NewPartner, NewPerson

    sophie = NewPerson(EMAIL, "Sophie", "Lindqvarn", PASSWORD)
    opened = actions.open_partner(
        system(0, REGION), NewPartner("Alpenrand IT", "DE", second_factor=False), sophie
    )  # fmt: skip
    (DATA / "who").write_text(f"{opened.partner} {opened.owner}")
    with scope.task(opened.partner, opened.region):
        _fill(random.Random(10_000))  # the same world each time


def _fill(dice: random.Random) -> None:
    from tenantry.portal.customers.models import CustomerGroup, Tag

    customers = _customers(dice)
    sources = _connected(customers, dice)
    _read(sources, dice)
    tags = Tag.objects.bulk_create([Tag(name=name, colour=1 + at % 8) for at, name in enumerate(TAGS)])
    groups = CustomerGroup.objects.bulk_create([CustomerGroup(name=f"Team {at:02d}") for at in range(1, 21)])
    _worn(customers, tags, groups, dice)


def _customers(dice):
    from tenantry.kernel import clock
    from tenantry.kernel.text import sort_key
    from tenantry.portal.customers.models import Customer

    modes = (Customer.Mode.PARTNER, Customer.Mode.PARTNER, Customer.Mode.CUSTOMER, Customer.Mode.UNDECIDED)
    made = []
    for number in range(1, CUSTOMERS + 1):
        name = names.firm(number, dice)
        made.append(Customer(
            number=number, organisation=name, sort_key=sort_key(name), country=dice.choice(COUNTRIES),
            first_name="Maria", last_name="Huber", email=f"it@c{number:05d}.example", kind=Customer.Kind.M365,
            data_centre=REGION, mode=dice.choice(modes), state=Customer.State.ACTIVE,
            onboarded_at=clock.now() - timedelta(minutes=dice.randrange(1_000_000)),
        ))  # fmt: skip
    return Customer.objects.bulk_create(made, batch_size=1000)


def _connected(customers, dice):
    from tenantry.engines.inventory.models import Source
    from tenantry.kernel import clock
    from tenantry.portal.customers.models import AppProfile, Tenant

    status = AppProfile.Status
    weights = (status.ACTIVE,) * 18 + (status.EXPIRED, status.INSUFFICIENT)
    tenants = Tenant.objects.bulk_create([
        Tenant(customer=each, tenant_id=_guid(each.number), name=each.organisation, cloud="simulator",
               default_domain=f"c{each.number:05d}.example", connected_at=clock.now())
        for each in customers
    ], batch_size=1000)  # fmt: skip
    AppProfile.objects.bulk_create([
        AppProfile(customer_id=each.customer_id, tenant=each, app="insight", status=dice.choice(weights))
        for each in tenants
    ], batch_size=1000)  # fmt: skip
    return Source.objects.bulk_create([
        Source(customer_id=each.customer_id, tenant_id=each.tenant_id, cloud=each.cloud, region=REGION,
               connected_at=each.connected_at, first_read_at=each.connected_at)
        for each in tenants
    ], batch_size=1000)  # fmt: skip


def _read(sources, dice) -> None:
    from tenantry.engines.inventory.kinds import kinds
    from tenantry.engines.inventory.models import Figures, KindState
    from tenantry.engines.postgres import copy

    Figures.objects.bulk_create([
        Figures(customer_id=each.customer_id, source=each, users=(users := dice.randrange(3, 400)), guests=users // 9,
                groups=users // 4, domains=dice.randrange(1, 5), seats_bought=users + 5, seats_assigned=users,
                unknown_products=0)
        for each in sources
    ], batch_size=1000)  # fmt: skip
    known = ("customer_id", "source_id", "kind", "state", "objects_read", "read_at")
    rest = _defaults(KindState, {*known, "partner_id"})
    rows = (
        (each.customer_id, each.pk, kind, "fresh", 10, _moment(dice), *rest.values())
        for each in sources for kind in kinds()
    )  # fmt: skip
    copy.write(KindState, [*known, *rest], rows, key=("partner_id", "source_id", "kind"))


def _defaults(model, known: set[str]) -> dict[str, object]:
    """What a new row holds in the columns that have to hold something."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.null]
    return {field.attname: field.get_default() for field in fields if field.attname not in known}


def _moment(dice):
    from tenantry.kernel import clock

    return clock.now() - timedelta(minutes=dice.choice((1, 4, 7, 11, 19, 45, 240, 3000)), seconds=dice.randrange(60))


def _worn(customers, tags, groups, dice) -> None:
    from tenantry.portal.customers.models import CustomerTag, GroupMember

    CustomerTag.objects.bulk_create([
        CustomerTag(customer=each, tag=tag) for each in customers for tag in dice.sample(tags, dice.randrange(1, 4))
    ], batch_size=1000)  # fmt: skip
    GroupMember.objects.bulk_create(
        [GroupMember(customer=each, group=dice.choice(groups)) for each in customers], batch_size=1000
    )


def _guid(number: int) -> str:
    return f"{number:08d}-0000-4000-8000-000000000000"


def _settle() -> None:
    """As autovacuum would leave it."""
    import psycopg

    from tenantry.engines.postgres import addresses

    with psycopg.connect(**addresses.admin(DATA, "", REGION), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def session() -> str:
    """The cookie of a browser in which Sophie has just signed in."""
    from django.conf import settings
    from django.http import HttpResponse

    from tenantry.kernel import scope
    from tenantry.kernel.web.door import set_route
    from tenantry.portal.partners.models import Policy
    from tenantry.portal.people.models import Person, Session

    partner, owner = map(int, (place.DATA / "who").read_text().split())
    with scope.task(partner, REGION):
        person, policy = Person.objects.get(pk=owner), Policy.objects.get()
        _session, key = Session.open(person, policy, method="password", address="127.0.0.1", browser="bench")
    ticket = HttpResponse()
    set_route(ticket, partner, REGION, key)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={ticket.cookies[name].value}"
