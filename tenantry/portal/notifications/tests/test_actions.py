"""Who is told what, how often, and what the bell shows of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tenantry.kernel import facts, scope
from tenantry.kernel.errors import Missing
from tenantry.kernel.facts import Fact
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.offers import NoticeKind
from tenantry.portal.notifications import actions, queries
from tenantry.portal.notifications.models import Notice

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class LampBroke(Fact):
    lamp: int


@pytest.fixture
def told(world, monkeypatch):
    """A kind of notice about lamps, told to Sophie and Jonas."""
    receivers = [world.alpenrand.people["Sophie"], world.alpenrand.people["Jonas"]]
    kind = NoticeKind(LampBroke.name(), "warning", "operations", lambda _row: receivers,
                      lambda row: f"Lamp {facts.values(row)['lamp']} broke", lambda _row: "/home")  # fmt: skip
    monkeypatch.setattr(queries, "kinds", lambda: {kind.fact: kind})
    return world


def break_lamp(firm, customer: str = "Contoso", lamp: int = 1) -> None:
    with firm.scope() as opened:
        fact = facts.record(opened.actor, LampBroke(lamp), customer=firm.customers[customer])
        actions.deliver(opened.actor, FactRow.objects.get(id=fact))


def lines(firm, person: str, **more):
    with firm.acting(person):
        return queries.lines(scope.current().actor, **more)


def test_each_receiver_is_told_in_plain_words(told):
    break_lamp(told.alpenrand)
    assert [line.text for line in lines(told.alpenrand, "Sophie")] == ["Lamp 1 broke"]
    assert lines(told.alpenrand, "Mira") == []


def test_the_same_again_raises_the_count_and_is_unread_again(told):
    break_lamp(told.alpenrand, lamp=1)
    with told.alpenrand.acting("Sophie") as opened:
        actions.mark_all_read(opened.actor)
    break_lamp(told.alpenrand, lamp=2)
    (line,) = lines(told.alpenrand, "Sophie")
    assert (line.count, line.unread, line.text) == (2, True, "Lamp 2 broke")


def test_a_notice_about_a_customer_out_of_reach_is_not_shown(told):
    break_lamp(told.alpenrand, "Fabrikam")
    assert lines(told.alpenrand, "Jonas") == []
    assert len(lines(told.alpenrand, "Sophie")) == 1


def test_delivering_a_fact_twice_tells_nobody_twice(told):
    with told.alpenrand.scope() as opened:
        fact = facts.record(opened.actor, LampBroke(1), customer=told.alpenrand.customers["Contoso"])
        for _ in range(2):
            actions.deliver(opened.actor, FactRow.objects.get(id=fact))
    (line,) = lines(told.alpenrand, "Sophie")
    assert line.count == 1


def test_nobody_reads_a_notice_of_somebody_else(told):
    break_lamp(told.alpenrand)
    with told.alpenrand.acting("Sophie"):
        mine = Notice.objects.get(person_id=told.alpenrand.people["Sophie"])
    with told.alpenrand.acting("Jonas") as opened, pytest.raises(Missing):
        queries.notice(opened.actor, mine.pk)


def test_the_bell_shows_one_area_or_what_is_unread(told):
    break_lamp(told.alpenrand)
    assert lines(told.alpenrand, "Sophie", area="licences") == []
    assert len(lines(told.alpenrand, "Sophie", area="operations", only_unread=True)) == 1


def test_reading_one_leaves_the_badge_one_lower(told):
    break_lamp(told.alpenrand)
    with told.alpenrand.acting("Sophie") as opened:
        assert queries.unread(opened.actor) == 1
        actions.mark_read(opened.actor, queries.notice(opened.actor, lines(told.alpenrand, "Sophie")[0].id))
        assert queries.unread(opened.actor) == 0
