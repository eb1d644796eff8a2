"""The customers page: rows, view tabs with their counts, filters, search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import BooleanField, Case, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import NullIf

from tenantry.engines.inventory import queries as inventory
from tenantry.engines.inventory.models import Figures, KindState
from tenantry.engines.inventory.queries import CustomerFigures
from tenantry.kernel import scope
from tenantry.portal.customers.models import AppProfile, Customer, CustomerGroup, CustomerTag, GroupMember, Tag
from tenantry.portal.customers.queries.overview import TROUBLE

Status = AppProfile.Status
_WORST = (Status.EXPIRED, Status.INSUFFICIENT, Status.WAITING, Status.UNKNOWN, Status.ACTIVE)
_PLACES = {str(status): place for place, status in enumerate(_WORST)}


class Worn(NamedTuple):
    """A tag that a customer wears."""

    name: str
    colour: int


@dataclass(frozen=True)
class Row:
    """A line of the page."""

    domains: Sequence[str]
    apps: Sequence[tuple[str, str]]
    tags: Sequence[Worn]
    figures: CustomerFigures | None

    @property
    def domain(self) -> str:
        """The default domain of the tenant that was connected first."""
        return self.domains[0] if self.domains else ""

    @property
    def status(self) -> str:
        """The worst consent of its apps; a customer without one waits for it."""
        return min((status for _app, status in self.apps), key=_PLACES.__getitem__, default=Status.WAITING)

    @property
    def tenants(self) -> int:
        """How many it has."""
        return len(self.domains)

    @property
    def is_reading(self) -> bool:
        """Whether something is read for the first time."""
        return self.figures is not None and self.figures.synced.state == "reading"


def shown() -> QuerySet[Customer]:
    """The customers that lists show unless one asks for others."""
    return Customer.objects.filter(state__in=Customer.SHOWN)


def everyone() -> QuerySet[Customer]:
    """All customers whose record stands, in whatever state."""
    return Customer.objects.exclude(state=Customer.State.ERASED).defer("note", "phone")


def rows(customers: Iterable[Customer], names: Iterable[str] = ()) -> list[Row]:
    """What the lines of these customers show, in their order; `names` are the figures among it, or all."""
    ids = [customer.pk for customer in customers]
    figures, worn = inventory.figures(ids, names), _worn(ids)
    return [Row(*worn.get(pk, _NOTHING), figures.get(pk)) for pk in ids]


# Written as SQL, since each look at the list counts its views: the ORM takes a millisecond for each `Exists`.
_CONSENT = """EXISTS (SELECT FROM customers_appprofile p WHERE p.partner_id = customers_customer.partner_id
  AND p.customer_id = customers_customer.id AND p.status = ANY(%s))"""
_FIRST_READ = """EXISTS (SELECT FROM inventory_source s WHERE s.partner_id = customers_customer.partner_id
  AND s.customer_id = customers_customer.id AND s.first_read_at IS NULL AND NOT s.paused AND s.refused = '')"""


def troubled(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those that need a person: consent lost or too small."""
    return customers.filter(_consent(*TROUBLE))


def lost(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those whose consent has ended."""
    return customers.filter(_consent(Status.EXPIRED))


def reading(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those whose first read is not done."""
    return customers.filter(RawSQL(_FIRST_READ, (), output_field=BooleanField()))  # noqa: S611  # no foreign text


def _consent(*statuses: str) -> RawSQL:
    return RawSQL(_CONSENT, [[*map(str, statuses)]], output_field=BooleanField())  # noqa: S611  # no foreign text


def _profiles(*statuses: str) -> QuerySet[AppProfile]:
    return AppProfile.objects.filter(customer=OuterRef("pk"), status__in=statuses)


def searched(customers: QuerySet[Customer], words: str) -> QuerySet[Customer]:
    """Those of this name, e-mail address, domain, tenant id or number."""
    wanted = words.strip().lower()
    pattern = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    digits = wanted.removeprefix("c-")
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None
    found = RawSQL("SELECT customers_search(%s, %s::integer)", [pattern, number])  # both are values
    return customers.filter(pk__in=found)


def by_status(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With `worst`, by which those whose consent needs a person most stand first."""
    order = [When(status=status, then=Value(place)) for place, status in enumerate(_WORST)]
    worst = Min(Case(*order, default=Value(len(order))))
    return customers.annotate(worst=_one(AppProfile.objects, worst))


def status_at(place: int | None) -> str:
    """The status that `worst` stands for; a customer without a profile waits for its consent."""
    return str(_WORST[place] if place is not None and place < len(_WORST) else Status.WAITING)


def by_users(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With `users_read`."""
    return customers.annotate(users_read=_one(Figures.objects, Sum("users")))


def by_seats(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With `seats_read`, those assigned."""
    return customers.annotate(seats_read=_one(Figures.objects, Sum("seats_assigned")))


def by_score(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With `score_share`, the secure score by its maximum."""
    share = Sum("secure_score") / NullIf(Sum("secure_score_max"), Value(0.0))
    return customers.annotate(score_share=_one(Figures.objects, share))


def by_age(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """With `oldest_read`, when the oldest figure of a customer was read."""
    states = KindState.objects.filter(kind__in=inventory.LISTED)
    return customers.annotate(oldest_read=_one(states, Min("read_at"), "source__customer_id"))


def _one(things: Any, figure: Any, customer: str = "customer_id") -> Subquery:
    """An aggregate over what a customer has of something."""
    of_customer = things.filter(**{customer: OuterRef("pk")}).order_by().values(customer)
    return Subquery(of_customer.annotate(figure=figure).values("figure"))


def of_status(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those with an app profile of these statuses; one that has none yet waits."""
    matching = Q(Exists(_profiles(*values)))
    if Status.WAITING in values:
        matching |= ~Q(Exists(AppProfile.objects.filter(customer=OuterRef("pk"))))
    return customers.filter(matching)


def of_app(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those with one of these apps in one of these statuses, written `app:status`."""
    wanted = Q()
    for app, _colon, status in (value.partition(":") for value in values):
        wanted |= Q(app=app, status=status)
    return customers.filter(Exists(AppProfile.objects.filter(wanted, customer=OuterRef("pk"))))


def of_group(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those in one of these groups."""
    return customers.filter(Exists(GroupMember.objects.filter(customer=OuterRef("pk"), group_id__in=_numbers(values))))


def of_tag(customers: QuerySet[Customer], values: list[str]) -> QuerySet[Customer]:
    """Those that wear one of these tags."""
    return customers.filter(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag_id__in=_numbers(values))))


def group_choices() -> list[tuple[int, str]]:
    """The groups that hold a customer whom the person may see."""
    held = GroupMember.objects.filter(group=OuterRef("pk"))
    return list(CustomerGroup.objects.filter(Exists(held)).order_by("name").values_list("pk", "name"))


def tag_choices() -> list[tuple[int, str]]:
    """The tags that a customer whom the person may see wears."""
    worn = CustomerTag.objects.filter(tag=OuterRef("pk"))
    return list(Tag.objects.filter(Exists(worn)).order_by("name").values_list("pk", "name"))


def present(field: str) -> set[str]:
    """The values that customers have in a field of few values."""
    return set(shown().order_by().values_list(field, flat=True).distinct())


def apps() -> list[tuple[str, str]]:
    """The apps that customers have, each with every status that occurs."""
    return list(AppProfile.objects.order_by("app", "status").values_list("app", "status").distinct())


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


# One statement, since the ORM takes longer to write three than the database to answer them. Row security holds here
# too, and the ids are those of customers that the actor was found to see.
_WORN = """
SELECT c.id,
  ARRAY(SELECT t.default_domain FROM customers_tenant t
        WHERE t.partner_id = c.partner_id AND t.customer_id = c.id ORDER BY t.connected_at, t.id),
  ARRAY(SELECT ARRAY[a.app, a.status] FROM customers_appprofile a
        WHERE a.partner_id = c.partner_id AND a.customer_id = c.id ORDER BY a.app, a.id),
  ARRAY(SELECT ARRAY[t.name, t.colour::text] FROM customers_customertag w JOIN customers_tag t ON t.id = w.tag_id
        WHERE w.partner_id = c.partner_id AND w.customer_id = c.id ORDER BY t.name)
FROM customers_customer c WHERE c.partner_id = %s AND c.id = ANY(%s)
"""
_NOTHING: tuple[list[str], list[tuple[str, str]], list[Worn]] = ([], [], [])


def _worn(ids: list[int]) -> dict[int, tuple[list[str], list[tuple[str, str]], list[Worn]]]:
    """Domains of their tenants, the one connected first in front; their apps with status; their tags."""
    opened = scope.current()
    with connections[opened.region].cursor() as cursor:
        cursor.execute(_WORN, [opened.partner, ids])
        return {
            pk: (domains, [(app, status) for app, status in apps], [Worn(name, int(colour)) for name, colour in tags])
            for pk, domains, apps, tags in cursor.fetchall()
        }
