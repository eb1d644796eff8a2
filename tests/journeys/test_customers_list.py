"""The customers page as people use it all day: by keys, with a drawer beside it, in views of their own."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SOPHIE = "sophie@alpenrand.example"


@pytest.fixture
def page(visit):
    person = visit()
    person.come_in(SOPHIE)
    return person.open("/customers")


def names(page):
    return page.locator(".tn-grid-row .tn-name-title").all_inner_texts()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_keys_move_open_follow_and_close(page):
    first, second, third = names(page)[:3]
    press(page, "j", "j", "Enter")
    drawer = page.locator("#tn-drawer")
    expect(drawer.get_by_role("link", name=second, exact=True)).to_be_visible()
    press(page, "j")
    expect(drawer.get_by_role("link", name=third, exact=True)).to_be_visible()
    press(page, "k", "k")
    expect(drawer.get_by_role("link", name=first, exact=True)).to_be_visible()
    press(page, "Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".tn-at .tn-name-title")).to_have_text(first)


def test_the_title_of_the_drawer_opens_the_customer(page):
    first = names(page)[0]
    page.locator(".tn-name-title").first.click()
    page.locator("#tn-drawer").get_by_role("link", name=first, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(first)


def test_rows_are_selected_by_key_and_by_range_and_escape_clears(page):
    press(page, "j", "x")
    boxes, bar = page.locator(".tn-checkbox[name=ids]"), page.locator(".tn-bulk")
    expect(bar).to_contain_text("1 selected")
    boxes.nth(3).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    press(page, "Escape")
    expect(bar).to_be_hidden()


def test_many_are_tagged_in_a_dialog_and_told_how_many(page):
    press(page, "j", "x", "j", "x")
    page.locator(".tn-bulk").get_by_role("button", name="Tags").click()
    page.locator("#tn-asked input[name=tags]").fill("Keyboard")
    page.get_by_role("button", name="Change 2 customers").click()
    expect(page.locator(".tn-toast")).to_contain_text("The tags of 2 customers are changed.")
    expect(page.locator("#tn-asked[open]")).to_have_count(0)
    page.goto(page.url)
    page.get_by_role("button", name="Filter").click()
    page.locator(".tn-filters summary", has_text="Tag").click()
    page.locator(".tn-filters label", has_text="Keyboard").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".tn-filter-chip").first).to_contain_text("Tag is Keyboard")
    expect(page.locator(".tn-grid-row")).to_have_count(2)


def test_a_view_is_saved_opened_again_and_deleted(page):
    page.get_by_role("link", name="Users", exact=True).last.click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Users")
    page.get_by_role("button", name="Save view").click()
    page.locator("#new-view-name").fill("Smallest first")
    page.locator(".tn-part").get_by_role("button", name="Save view").click()
    expect(page.locator(".tn-tab.tn-active")).to_contain_text("Smallest first")
    expected, shared = names(page), page.url
    page.locator(".tn-tab", has_text="All").first.click()
    expect(page.locator(".tn-tab.tn-active")).to_contain_text("All")
    page.goto(shared)
    assert names(page) == expected
    page.get_by_role("button", name="This view").click()
    page.get_by_role("button", name="Delete view").click()
    expect(page.locator(".tn-tab", has_text="Smallest first")).to_have_count(0)


def test_search_narrows_while_typing_and_the_back_button_returns(page):
    everybody = len(names(page))
    press(page, "/")
    page.keyboard.type("fabri", delay=30)
    expect(page.locator(".tn-grid-row").first).to_contain_text("Fabrikam")
    expect(page.locator(".tn-grid-search input")).to_be_focused()
    expect(page).to_have_url(re.compile("q=fabri"))
    page.go_back()
    expect(page.locator(".tn-grid-row")).to_have_count(everybody)


def test_columns_are_chosen_and_moved_with_the_keyboard(page):
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Owner e-mail", exact=True).check()
    page.get_by_role("button", name="Move Owner e-mail to the left").press("Enter")
    page.get_by_role("button", name="Apply").press("Enter")
    expect(page.locator("th", has_text="Owner e-mail")).to_be_visible()
    page.reload()
    expect(page.locator("th", has_text="Owner e-mail")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("th", has_text="Owner e-mail")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens_over_the_list(visit, scheme):
    person = visit(color_scheme=scheme)
    person.come_in(SOPHIE)
    page = person.open("/customers")
    press(page, "j", "x", "Enter")
    page.locator("#tn-drawer h2").wait_for()
    problems = Axe().run(page).response["violations"]
    press(page, "Escape")
    for button in ("Filter", "Columns", "Save view"):
        page.get_by_role("button", name=button).first.click()
        page.locator(".tn-part:popover-open form").first.wait_for()
        problems += Axe().run(page).response["violations"]
        press(page, "Escape")
    assert not [(found["id"], found["nodes"][0]["html"][:200]) for found in problems]
