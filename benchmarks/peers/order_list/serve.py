"""Runs in pretix's own environment: ten thousand orders of one event, and the list of them."""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from decimal import Decimal

from benchmarks import names

ORDERS = 10_000
EMAIL, PASSWORD = "sophie@alpenrand.example", "correct horse battery"
ORGANIZER, EVENT = "alpenrand", "fair"
ASKED = ("query=werk&ordering=-email&page_size=50", "query=GmbH&ordering=code&page_size=50")


def main() -> None:
    """Prepare the database, or serve."""
    import django

    django.setup()
    if sys.argv[1:] == ["prepare"]:
        _prepare()
    else:
        _serve()


def _prepare() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django_scopes import scopes_disabled
    from pretix.base.models import Order

    call_command("migrate", verbosity=1)
    with scopes_disabled():
        if Order.objects.count() < ORDERS:
            Order.objects.all().delete()
            _fill(_event())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _event():
    from django.utils import timezone
    from pretix.base.models import Event, Organizer, Team, User

    organizer, _new = Organizer.objects.get_or_create(slug=ORGANIZER, defaults={"name": "Alpenrand IT"})
    user = User.objects.filter(email=EMAIL).first() or User.objects.create_user(EMAIL, PASSWORD)
    team, _new = Team.objects.get_or_create(organizer=organizer, name="All", defaults={
        "all_events": True, "all_event_permissions": True, "all_organizer_permissions": True,
    })  # fmt: skip
    team.members.add(user)
    event, new = Event.objects.get_or_create(organizer=organizer, slug=EVENT, defaults={
        "name": "Trade fair", "date_from": timezone.now() + timedelta(days=30), "currency": "EUR", "live": True,
        "plugins": "pretix.plugins.sendmail,pretix.plugins.statistics,pretix.plugins.checkinlists",
    })  # fmt: skip
    if new:
        event.set_defaults()
        event.items.create(name="Ticket", default_price=Decimal(23))
    return event


def _fill(event) -> None:
    from pretix.base.models import InvoiceAddress, Order, OrderPosition

    dice = random.Random(10_000)
    item, channel = event.items.get(), event.organizer.sales_channels.first()
    orders = Order.objects.bulk_create(
        [_order(event, channel, number, dice) for number in range(ORDERS)], batch_size=1000
    )
    OrderPosition.objects.bulk_create([
        OrderPosition(organizer_id=event.organizer_id, order=order, item=item, price=Decimal(23), positionid=1,
                      secret=f"s{order.code}", attendee_name_cached="Maria Huber", tax_value=0, tax_rate=0,
                      pseudonymization_id=f"p{order.code}")
        for order in orders
    ], batch_size=1000)  # fmt: skip
    InvoiceAddress.objects.bulk_create([
        InvoiceAddress(order=order, is_business=True, name_cached="Maria Huber",
                       company=names.firm(number, dice))
        for number, order in enumerate(orders)
    ], batch_size=1000)  # fmt: skip


def _order(event, channel, number: int, dice: random.Random):
    from django.utils import timezone
    from pretix.base.models import Order

    now = timezone.now() - timedelta(minutes=dice.randrange(100_000))
    return Order(
        event=event, organizer_id=event.organizer_id, code=f"B{number:05d}", email=f"it@c{number:05d}.example",
        status=dice.choice("npppec"), datetime=now, expires=now + timedelta(days=14), total=Decimal(23),
        locale="en", sales_channel=channel, secret=f"o{number:05d}",
    )  # fmt: skip


def _serve() -> None:
    from django.test import Client
    from pretix.wsgi import application

    from benchmarks import contestant

    client = Client(HTTP_HOST="localhost")
    client.post("/control/login", {"email": EMAIL, "password": PASSWORD})
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    path = f"/control/event/{ORGANIZER}/{EVENT}/orders/"
    contestant.serve(
        application,
        {"page": [contestant.Ask(path, query, cookie, b'class="batch-select-checkbox"') for query in ASKED]},
    )


if __name__ == "__main__":
    main()
