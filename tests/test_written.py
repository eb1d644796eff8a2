"""Questions whose SQL is written once answer as the ORM would, in every scope, and never past one."""

from __future__ import annotations

import pytest

from tenantry.kernel import clock
from tenantry.kernel.errors import NoScope
from tenantry.kernel.models import Given, Written, among
from tenantry.portal.access.models import Role
from tenantry.portal.customers.models import Customer
from tenantry.portal.people.models import Person, Session

pytestmark = pytest.mark.django_db
PEOPLE = Written[Person](lambda: Person.objects.filter(first_name=Given("name")).order_by("pk"))
AMONG = Written[tuple[int]](lambda: Person.objects.filter(among("first_name", "names")).values_list("pk"))


def test_each_scope_is_answered_with_its_own_rows(world):
    for partner in (world.alpenrand, world.kiefer, world.alpenrand):
        with partner.scope():
            asked = [person.pk for name in partner.people for person in PEOPLE.all(name=name)]
            assert sorted(asked) == sorted(partner.people.values())


def test_nothing_is_answered_without_a_scope(world):
    with pytest.raises(NoScope):
        PEOPLE.all(name="Sophie")


def test_a_value_stays_a_value(world):
    with world.alpenrand.scope():
        assert PEOPLE.first(name="x' OR 1=1 --") is None
        assert PEOPLE.first(name="%s") is None


def test_a_missing_value_is_refused(world):
    with world.alpenrand.scope(), pytest.raises(LookupError):
        PEOPLE.all()


def test_a_field_may_be_one_of_several(world):
    people = world.alpenrand.people
    with world.alpenrand.scope():
        assert {pk for (pk,) in AMONG.all(names=["Sophie", "Jonas"])} == {people["Sophie"], people["Jonas"]}
        assert AMONG.all(names=[]) == []


def test_related_rows_and_annotations_come_along(world):
    sessions = Written[Session](lambda: Session.objects.select_related("person").order_by("pk"))
    roles = Written[Role](lambda: Role.objects.with_groups().order_by("pk"))
    world.alpenrand.browser("Sophie").get("/customers")
    with world.alpenrand.scope():
        assert [each.person.name for each in sessions.all()] == [
            each.person.name for each in Session.objects.order_by("pk")
        ]
        assert [each.reach for each in roles.all()] == [
            each.reach for each in Role.objects.with_groups().order_by("pk")
        ]


def test_what_depends_on_rights_cannot_be_written(world):
    customers = Written[Customer](lambda: Customer.objects.order_by("pk"))
    with world.alpenrand.scope(), pytest.raises(NoScope):
        customers.all()


def test_a_moment_cannot_be_written(world):
    alive = Written[Session](lambda: Session.objects.filter(ends_at__gt=clock.now()))
    with world.alpenrand.scope(), pytest.raises(ValueError, match="moment"):
        alive.all()
