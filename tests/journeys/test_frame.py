"""What stands around every page: the search box, the bell, tabs, areas, the rail; by keys, and on a telephone."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SOPHIE, HENRIK = "sophie@alpenrand.example", "henrik@nordlicht.example"
OPTION = "#tn-search [role=option]"


def opened(visit, who=SOPHIE, **more):
    """Somebody on the page of customers."""
    person = visit(**more)
    person.come_in(who)
    return person.open("/customers")


def of_contoso(page) -> None:
    """From the list to the customer's own page."""
    address = page.get_by_role("link", name=re.compile("^Contoso")).first.get_attribute("href")
    page.goto(urljoin(page.url, address))


def test_the_search_box_is_used_by_keys_alone(visit):
    page = opened(visit)
    page.keyboard.press("Control+k")
    page.keyboard.type("fabrikam.example")
    first = page.locator(OPTION).first
    expect(first).to_contain_text("Fabrikam")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator(OPTION).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/\d+$"))


def test_the_search_box_begins_with_actions_and_escape_gives_the_page_back(visit):
    page = opened(visit)
    page.keyboard.press("Control+k")
    expect(page.locator("#tn-search").get_by_text("Onboard new customer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tn-search")).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_open_search_box(visit, theme, width):
    page = opened(visit, width=width, color_scheme=theme)
    page.locator(".tn-search").click()
    page.keyboard.type("con")
    expect(page.locator(OPTION, has_text="Contoso").first).to_be_visible()
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []


def test_the_bells_count_covers_neither_the_bell_nor_the_person(visit):
    page = opened(visit)
    page.locator(".tn-bell-badge").evaluate("badge => { badge.innerHTML = '<span class=\"tn-bell-count\">99+</span>' }")
    bell, count, person = (page.locator(name).bounding_box() for name in
                           (".tn-bell .tn-icon", ".tn-bell-count", ".tn-person-button"))  # fmt: skip
    assert bell["x"] + bell["width"] <= count["x"]
    assert count["x"] + count["width"] <= person["x"]


def test_tabs_that_do_not_fit_stand_under_more_and_come_back(visit):
    page = opened(visit)
    of_contoso(page)
    strip = page.locator("nav.tn-tabs[data-tn-more]").first
    expect(page.locator(".tn-tab-more")).to_be_hidden()
    page.set_viewport_size({"width": 800, "height": 900})
    strip.get_by_role("button", name="More").click()
    expect(page.locator(".tn-menu:popover-open").get_by_role("link", name="Activity")).to_be_visible()
    assert strip.evaluate("strip => strip.scrollWidth <= strip.clientWidth + 1")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(strip.get_by_role("link", name="Activity")).to_be_visible()


def test_on_a_telephone_tabs_scroll_in_their_strip(visit):
    page = opened(visit, width=390)
    of_contoso(page)
    expect(page.locator(".tn-tab-more")).to_be_hidden()
    strip = page.locator("nav.tn-tabs[data-tn-more]").first
    assert strip.evaluate("strip => strip.scrollWidth > strip.clientWidth")


def test_who_does_both_turns_between_the_areas(visit):
    page = opened(visit, HENRIK)
    page.get_by_role("button", name="Licenses").click()
    expect(page).to_have_url(re.compile("/licenses/settings/users$"))
    page.get_by_role("button", name="Services").click()
    expect(page).to_have_url(re.compile("/home$"))


def test_the_folded_rail_is_remembered_and_keeps_its_names_for_readers(visit):
    page = opened(visit)
    page.get_by_role("button", name="Fold or unfold the menu").click()
    page.reload()
    assert page.locator("#tn-rail").bounding_box()["width"] == 56
    expect(page.get_by_role("link", name="Customers", exact=True).first).to_be_visible()


def test_the_first_key_leads_past_the_menu(visit):
    page = opened(visit)
    page.keyboard.press("Tab")
    expect(page.locator(".tn-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#tn-main")).to_be_focused()
