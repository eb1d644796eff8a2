"""A link leads to one row, once, for a limited time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.kernel import clock, links, scope
from tenantry.kernel.actor import LINKED
from tenantry.kernel.errors import Gone, NotAllowed
from tenantry.portal.people.models import Person, Reset

pytestmark = pytest.mark.django_db


def asked(world, first_name: str = "Jonas") -> tuple[Reset, str]:
    """A reset of one of Alpenrand's people, and the token of its link."""
    with world.alpenrand.scope():
        row = Reset.make(Person.objects.get(pk=world.alpenrand.people[first_name]))
        return row, links.token(row)


def leads(token: str) -> bool:
    try:
        with links.follow(Reset, token):
            return True
    except Gone:
        return False


def test_a_link_opens_the_scope_of_its_row(world):
    row, token = asked(world)
    with links.follow(Reset, token, "192.0.2.1") as found:
        opened = scope.current()
        assert (found.pk, opened.partner, opened.region) == (row.pk, row.partner_id, "de-westcentral")
        assert (opened.actor.kind, opened.actor.id, opened.actor.address) == ("link", row.pk, "192.0.2.1")


def test_its_visitor_may_touch_this_row_and_holds_nothing(world):
    row, token = asked(world)
    other, _token = asked(world, "Lena")
    with links.follow(Reset, token):
        actor = scope.current().actor
        actor.require(LINKED, row)
        assert not actor.holds("customers.view")
        with pytest.raises(NotAllowed):
            actor.require(LINKED, other)


def test_a_signed_in_person_is_no_visitor_of_a_link(world):
    row, _token = asked(world)
    with world.alpenrand.acting("Sophie") as opened, pytest.raises(NotAllowed):
        opened.actor.require(LINKED, row)


def test_the_token_is_stored_nowhere_and_computed_again(world):
    row, token = asked(world)
    with world.alpenrand.scope():
        assert links.token(row) == token
        assert token.partition("-")[2] not in str(list(Reset.objects.values()))


@pytest.mark.parametrize("change", ["", "x", "1-2", "0-" + "a" * 64, "\0", "9" * 5000])
def test_what_was_never_a_link_is_gone(world, change):
    assert not leads(change)


def test_an_altered_link_is_gone(world):
    _row, token = asked(world)
    assert not leads(token[:-1] + ("0" if token[-1] != "0" else "1"))


def test_a_used_link_is_gone(world):
    _row, token = asked(world)
    with links.follow(Reset, token) as found:
        found.use()
    assert not leads(token)


def test_an_expired_link_is_gone_unless_lapsed_ones_are_asked_for(world):
    _row, token = asked(world)
    with clock.moved(timedelta(minutes=61)):
        assert not leads(token)
        with links.follow(Reset, token, lapsed=True) as found:
            assert not found.is_open


def test_a_new_link_voids_the_former(world):
    row, former = asked(world)
    with world.alpenrand.scope():
        row.renew(clock.now() + timedelta(hours=1))
        assert leads(links.token(row))
    assert not leads(former)


def test_a_token_of_one_purpose_is_none_of_another(world, monkeypatch):
    _row, token = asked(world)
    monkeypatch.setattr(Reset, "purpose", "invitation")
    assert not leads(token)
