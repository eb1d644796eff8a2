"""What roles may be, what they imply, and who gains what."""

from __future__ import annotations

import pytest

from tenantry.kernel.errors import Refused
from tenantry.portal.access import rules
from tenantry.portal.access.rules import Holding, Line, Permission, Wish
from tests.rules import rule

CATALOGUE = {
    name: Permission(name, scope, name)
    for name, scope in (
        ("people.view", "P"), ("people.manage", "A"), ("customers.view", "C"), ("customers.edit", "C"),
        ("reports.custom", "P"), ("risks.view", "C"), ("risks.act", "C"), ("risks.fix", "C"),
    )
}  # fmt: skip
NORTH, SOUTH = frozenset({1, 2}), frozenset({3})


def wish(*permissions, groups=frozenset({1}), name="Technician", description="", everywhere=False):
    return Wish(name, description, frozenset(permissions), everywhere, groups)


def test_act_implies_view_and_any_permission_on_customers_shows_them():
    assert rules.held(["risks.act"], CATALOGUE) == {"risks.act", "risks.view", "customers.view"}


def test_a_permission_of_the_whole_partner_shows_no_customer():
    assert rules.held(["reports.custom"], CATALOGUE) == {"reports.custom"}


def test_a_name_of_an_absent_folder_gives_nothing():
    assert rules.held(["devices.act"], CATALOGUE) == frozenset()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (wish(), "permissions"),
        (wish("customers.view", groups=frozenset()), "groups"),
        (wish("customers.view", groups=frozenset(range(51))), "groups"),
        (wish("people.manage", "people.view"), "permissions"),
        (wish("nothing.known"), "permissions"),
        (wish("customers.edit"), "permissions"),
        (wish("customers.view", name="A"), "name"),
        (wish("customers.view", name="A" * 61), "name"),
        (wish("customers.view", description="x" * 251), "description"),
        (wish("customers.view", name="Tech\nnician"), "name"),
        (wish("customers.view", description="a\0b"), "description"),
    ],
)
def test_a_role_without_permissions_or_scope_is_refused(asked, field):
    with pytest.raises(Refused) as caught:
        rules.check_role(asked, CATALOGUE)
    assert caught.value.field == field


def test_a_role_over_all_customers_needs_no_group():
    rules.check_role(wish("customers.view", groups=frozenset(), everywhere=True), CATALOGUE)


def test_who_gains_a_permission_gains_it_on_the_customers_of_the_role():
    before, after = (
        Holding("T", frozenset({"risks.view"}), NORTH),
        Holding("T", frozenset({"risks.view", "risks.fix"}), NORTH),
    )
    assert rules.effect(before, after, [], CATALOGUE) == [Line("risks.fix", gains=True, customers=2)]


def test_what_another_role_gives_is_kept_and_named():
    before, after = Holding("T", frozenset({"risks.fix"}), NORTH), Holding("T", frozenset(), NORTH)
    others = [Holding("Risk desk", frozenset({"risks.fix"}), frozenset({2}))]
    assert rules.effect(before, after, others, CATALOGUE) == [
        Line("risks.fix", gains=False, customers=1, kept=1, by="Risk desk")
    ]


def test_nothing_changes_for_a_person_whose_other_role_gives_the_same():
    before, after = Holding("T", frozenset({"reports.custom"}), NORTH), Holding("T", frozenset(), NORTH)
    assert rules.effect(before, after, [Holding("R", frozenset({"reports.custom"}), SOUTH)], CATALOGUE) == []


def test_a_new_group_shows_its_customers():
    same = frozenset({"customers.view"})
    lines = rules.effect(Holding("T", same, NORTH), Holding("T", same, NORTH | SOUTH), [], CATALOGUE)
    assert lines == [Line("customers.view", gains=True, customers=1)]


@rule("ACC-17")
def test_nobody_demotes_oneself_or_the_owner():
    """The owner is neither deleted nor demoted."""
    for own, owner in ((True, False), (False, True)):
        with pytest.raises(Refused):
            rules.check_demotion(own=own, owner=owner)
    rules.check_demotion(own=False, owner=False)
