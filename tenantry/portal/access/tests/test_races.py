"""Two people at once, with real connections."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tenantry.kernel import ports, scope
from tenantry.kernel.errors import NotAllowed, Refused
from tenantry.kernel.residency import claims
from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import NewPerson
from tenantry.portal.people import actions as people
from tenantry.portal.people.models import Person, SignInTries
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads of their own, started together; what each returned or raised."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        barrier.wait(10)
        try:
            return act()
        except (Refused, NotAllowed) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def add(firm, first, roles=None):
    with firm.scope() as opened:
        new = NewPerson(f"{first.lower()}@alpenrand.example", first, "Birk", PASSWORD)
        return actions.add_person(opened.actor, new, roles or [queries.administrators()])


@rule("ACC-28")
def test_of_two_administrators_demoting_each_other_one_stays(world):
    """The second, rechecked under the partner's lock, gets 403 and exactly one of the two keeps the role."""
    firm = world.alpenrand
    nele, tom = add(firm, "Nele"), add(firm, "Tom")
    with firm.scope():
        role, actors = queries.administrators(), {person: ports.resolver().actor(person.pk) for person in (nele, tom)}

    def demote(actor, other):
        with scope.of(actor):
            actions.withdraw_role(actor, role, other)

    told = at_once(lambda: demote(actors[nele], tom), lambda: demote(actors[tom], nele))
    with firm.scope():
        left = queries.active_administrators() & {nele.pk, tom.pk}
    assert len(left) == 1
    assert [type(answer) for answer in told if answer is not None] == [NotAllowed]


def test_the_same_address_added_twice_at_once_is_one_person(world):
    answers = at_once(*(lambda: add(world.alpenrand, "Nele") for _time in range(2)))
    assert sorted(type(answer) for answer in answers if isinstance(answer, Refused)) == [Refused]
    with world.alpenrand.scope():
        assert Person.objects.known_as("nele@alpenrand.example").count() == 1


def test_parallel_guesses_cannot_outrun_the_lock(world):
    firm = world.alpenrand.opened

    def guess():
        with scope.route(firm.partner, firm.region, "192.0.2.9") as opened:
            return people.sign_in(opened.actor, "sophie@alpenrand.example", "wrong horse battery", people.Browser())

    assert at_once(*[guess] * 8) == [None] * 8
    with world.alpenrand.scope():
        tries = SignInTries.objects.get()
    assert (tries.wrong, tries.locked) == (4, True)


def test_an_added_person_signs_in_once_it_has_been_committed(world):
    add(world.alpenrand, "Nele")
    assert claims.route("email", "nele@alpenrand.example").partner == world.alpenrand.opened.partner
