"""What was read, as lists and pages ask for it."""

from __future__ import annotations

import pytest

from tenantry.engines.inventory import actions, queries
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.tests.conftest import CUSTOMER
from tenantry.kernel import scope
from tenantry.kernel.actor import Actor, Grant
from tenantry.kernel.scope import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(contoso):
    """Contoso after its first read, seen in the scope of the partner's system."""
    contoso.first_read()
    with contoso.here():
        yield contoso


def test_figures_are_numbers_with_an_age(read):
    figures = queries.figures([CUSTOMER])[CUSTOMER]
    assert figures.users.value + figures.guests.value == read.tenant["users"]
    assert (figures.users.stamp.state, figures.users.stamp.text) == ("fresh", "just now")
    assert figures.synced.state == "fresh"
    assert figures.unknown_products == 0


def test_a_customer_without_a_tenant_has_no_figures(read):
    assert queries.figures([CUSTOMER + 1]) == {}


def test_before_the_first_read_nothing_is_zero(contoso):
    with contoso.here():
        figures = queries.figures([CUSTOMER])[CUSTOMER]
    assert figures.users.value is None
    assert (figures.users.stamp.state, figures.users.stamp.text) == ("reading", "first read")


def test_kinds_come_in_the_order_of_the_first_read(read):
    views = queries.kinds(CUSTOMER)
    assert [view.kind for view in views] == [
        "organization", "domains", "skus", "users", "groups", "role_definitions", "role_assignments",
        "conditional_access", "policies", "authentication_methods", "devices", "applications", "service_principals",
        "grants", "secure_score", "named_locations", "sign_in_activity", "registration",
    ]  # fmt: skip
    assert {(view.state, view.words) for view in views} == {("fresh", "")}


def test_the_tenants_own_record_domains_and_products_are_listed(read):
    assert queries.organization(CUSTOMER).name == "Contoso"
    assert queries.domains(CUSTOMER)[0].object_id == "contoso.example"
    assert all(sku.title and sku.bought >= sku.assigned for sku in queries.skus(CUSTOMER) if sku.counted == "m365")


def test_users_are_narrowed_by_a_part_of_name_or_address(read):
    everybody = queries.users(CUSTOMER).order_by("sort_key", "id")
    someone = everybody[3]
    assert someone in queries.users(CUSTOMER, someone.display_name[1:5].upper())
    assert queries.users(CUSTOMER, "@contoso").count() <= everybody.count()
    assert not queries.users(CUSTOMER, "100%_nobody").exists()


def test_a_search_finds_tenant_users_and_groups(read):
    someone, group = queries.users(CUSTOMER)[0], queries.groups(CUSTOMER)[0]
    assert someone.object_id in [hit.object_id for hit in queries.search(someone.upn)]
    assert group.object_id in [hit.object_id for hit in queries.search(group.display_name)]
    assert queries.search("%") == queries.search("%%") == []


def test_names_that_begin_with_the_words_come_first_then_those_that_hold_them(read):
    name = queries.users(CUSTOMER)[0].display_name.lower()
    begun = [hit.text.startswith(name[:2]) for hit in queries.search(name[:2], 50)]
    assert begun == sorted(begun, reverse=True)
    assert True in begun
    assert name in queries.search(name[1:], 5)[0].text


def test_two_letters_are_found_inside_a_name_too(read):
    inside = {hit.text for hit in queries.search("@c", 100)}
    assert inside
    assert not any(text.startswith("@c") for text in inside)


def test_a_stranger_finds_nothing(contoso):
    contoso.first_read()
    with scope.task(42, "de-westcentral"):
        assert queries.search("contoso") == []
        assert queries.figures([CUSTOMER]) == {}


def test_somebody_limited_to_other_customers_finds_nothing(read, world):
    read.first_read()
    nobody = Actor("person", 1, "", 41, "de-westcentral", (Grant(frozenset({"customers.view"}), frozenset({5})),))
    with scope.enter(Scope(nobody, 41, "de-westcentral")):
        assert queries.search("contoso") == []
        assert not queries.users(CUSTOMER).exists()


def test_what_is_paused_keeps_its_figures_and_says_so(read):
    actions.pause(scope.current().actor, CUSTOMER)
    figures = queries.figures([CUSTOMER])[CUSTOMER]
    assert figures.users.value
    assert (figures.users.stamp.state, figures.users.stamp.reason) == ("stale", "paused")
    assert {view.words for view in queries.kinds(CUSTOMER)} == {"unknown (paused)"}


def test_first_reads_are_counted_as_kinds_that_ended(contoso):
    with contoso.here():
        assert queries.first_reads() == (0, len(kinds()))
    contoso.first_read()
    with contoso.here():
        assert queries.first_reads() == (len(kinds()), len(kinds()))
