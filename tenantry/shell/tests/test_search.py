"""The search box: exact things first, nothing out of scope, pages and actions by name."""

from __future__ import annotations

import re

import pytest

from tenantry.kernel.actor import Actor
from tenantry.portal.access import actions
from tenantry.portal.access.rules import Wish
from tenantry.shell import search
from tests.rules import rule
from tests.world import add_customers

pytestmark = pytest.mark.django_db


def found(browser, words: str) -> str:
    """What the box says."""
    return browser.get("/search", {"q": words}, headers={"HX-Request": "true"}).content.decode()


def titles(text: str) -> list[str]:
    return [re.sub("<[^>]+>", "", title) for title in re.findall(r'tn-hit-title">(.*?)</span>', text)]


def test_the_very_domain_stands_before_everything_else(world):
    add_customers(world.alpenrand, East="Contoso Holding", West="My Contoso")
    assert titles(found(world.alpenrand.browser("Sophie"), "contoso.example"))[0] == "Contoso"


def test_a_customer_id_leads_to_the_customer(world):
    assert titles(found(world.alpenrand.browser("Sophie"), "C-00002"))[0] == "Fabrikam"


def test_a_name_with_a_slip_is_found(world):
    assert "Fabrikam" in titles(found(world.alpenrand.browser("Sophie"), "fabrikan"))


@rule("CUS-25")
@rule("ACC-15")
def test_no_result_count_or_order_depends_on_customers_out_of_scope(world):
    """The limited colleague's search answers the same whether other groups hold matching customers or not."""
    jonas = world.alpenrand.browser("Jonas")
    before = {words: found(jonas, words) for words in ("co", "example", "fabrikam", "fabrikam.example")}
    assert "Contoso" in before["example"]
    assert "Fabrikam" not in titles("".join(before.values()))
    add_customers(world.alpenrand, East="Fabrikam Contoso", West="Cosmos", Middle="Fabrikam Two")
    assert {words: found(jonas, words) for words in before} == before


def test_each_source_asks_with_its_own_permission(world):
    sophie, lena = world.alpenrand.browser("Sophie"), world.alpenrand.browser("Lena")
    assert "Jonas Weber" in titles(found(sophie, "weber"))
    assert titles(found(lena, "weber")) == []


def test_an_action_is_found_by_the_beginnings_of_its_words_by_who_may_do_it(world):
    assert titles(found(world.alpenrand.browser("Sophie"), "cust onb")) == ["Onboard new customer"]
    assert titles(found(world.alpenrand.browser("Lena"), "cust onb")) == []


def test_without_words_the_box_offers_actions_and_pages(world):
    offered = titles(found(world.alpenrand.browser("Sophie"), ""))
    assert {"Onboard new customer", "Command center", "Customers"} <= set(offered)


def test_a_setting_is_found_where_it_stands(world):
    assert 'href="/settings/customer-groups"' in found(world.alpenrand.browser("Sophie"), "customer gro")


def test_who_only_distributes_finds_no_action_of_services(world):
    with world.nordlicht.acting("Henrik") as opened:
        whole = opened.actor
        narrow = Actor(whole.kind, whole.id, whole.label, whole.partner, whole.region, whole.grants,
                       areas=frozenset({"licenses"}))  # fmt: skip
        groups = {str(group.title): [hit.title for hit in group.hits] for group in search.find(narrow, "", 50)}
    assert "Onboard new customer" not in groups["Actions"]
    assert "Customers" not in groups["Pages"]


def test_the_box_shows_five_and_leads_to_all(world):
    add_customers(world.alpenrand, **{f"Group{n}": f"Firm {n}" for n in range(7)})
    text = found(world.alpenrand.browser("Sophie"), "firm")
    assert len([title for title in titles(text) if title.startswith("Firm ")]) == 5
    assert 'href="/search?q=firm&amp;in=customers"' in text


def test_the_page_shows_fifty_at_a_time(world):
    add_customers(world.alpenrand, **{f"Group{n}": f"Firm {n}" for n in range(53)})
    sophie = world.alpenrand.browser("Sophie")
    first = sophie.get("/search", {"q": "firm", "in": "customers"}).content.decode()
    second = sophie.get("/search", {"q": "firm", "in": "customers", "page": "2"}).content.decode()
    assert (len(titles(first)), len(titles(second))) == (50, 3)
    assert not set(titles(first)) & set(titles(second))


@pytest.mark.parametrize("words", ["%", "_", "\\", "<script>alert(1)</script>", "ﷺ" * 200, "x" * 10_000, "' OR 1=1"])
def test_odd_words_find_nothing_and_are_shown_as_they_are(words, world):
    text = found(world.alpenrand.browser("Sophie"), words * 2)
    assert titles(text) == []
    assert "<script>" not in text


def test_the_part_that_was_asked_for_is_marked():
    assert search.marked("Contoso <b>", "TOS") == "Con<mark>tos</mark>o &lt;b&gt;"
    assert search.marked("Straße", "strasse") == "Straße"


def test_a_role_takes_what_it_gave_from_the_box(world):
    browser = world.alpenrand.browser("Mira")
    assert titles(found(browser, "contoso")) == []
    with world.alpenrand.scope() as opened:
        wish = Wish("Sees all", "", frozenset({"customers.view"}), everywhere=True, groups=frozenset())
        role = actions.create_role(opened.actor, wish)
        actions.assign_role(opened.actor, role, [world.alpenrand.people["Mira"]])
    assert "Contoso" in titles(found(browser, "contoso"))
