"""The first walk, as people do it: sign in, onboard, consent, watch, see a change, lose consent."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SOPHIE, JONAS, TOMAS = "sophie@alpenrand.example", "jonas@alpenrand.example", "tomas@balticcloud.example"
LOOKED_AT = ("/home", "/customers", "/customers/onboard", "/settings", "/settings/users", "/settings/roles",
             "/settings/customer-groups", "/profile", "/search?q=con")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
def test_sophie_signs_in_in_her_browsers_language(visit, language):
    person = visit(language)
    person.open("/sign-in")
    expect(person.page.locator("html")).to_have_attribute("lang", language)
    person.sign_in(SOPHIE, language)
    expect(person.page).to_have_url(re.compile("/home$"))
    expect(person.page.locator("h1")).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_the_address(visit):
    page = visit().open("/sign-in")
    page.locator("input[name=email]").fill(SOPHIE)
    page.locator("input[name=password]").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("E-mail or password is not right, or the account is locked.").first).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value(SOPHIE)


def test_sophie_onboards_a_customer_and_watches_its_first_read(visit, demo):
    person = visit()
    person.come_in(SOPHIE)
    page, microsoft = person.open("/customers"), demo.microsoft.admin.tenant("northwind.example")["cast"]["admin"]
    page.get_by_role("link", name="Onboard new customer").first.click()
    page.get_by_role("button", name=re.compile("^Microsoft 365 global admin")).click()
    page.get_by_role("button", name=re.compile("Sign in and consent")).click()
    page.locator("input[name=login]").fill(microsoft["upn"])
    page.locator("input[name=password]").fill(microsoft["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("input[name=organisation]")).to_have_value("Northwind Traders")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Onboard Northwind Traders").click()
    expect(page).to_have_url(re.compile(r"/customers/\d+/tenants"))
    expect(page.get_by_role("heading", name=re.compile("First read"))).to_be_visible()
    person.open("/customers")
    row = page.locator("tr", has_text="Northwind Traders")
    expect(row).to_contain_text("110", timeout=60_000)  # 120 accounts, ten of them guests


def test_a_change_behind_our_back_shows_after_read_now(visit, demo):
    microsoft = demo.microsoft
    tenant = microsoft.admin.tenant("margies.example")
    microsoft.admin.mutate(tenant["id"], "users", "change", "admin@margies.example", displayName="Margie Changed")
    person = visit()
    person.come_in(SOPHIE)
    page = person.open("/customers?q=margies")
    open_whole(page, "Margie")
    page.get_by_role("button", name="Read now").first.click()
    address = page.url.rstrip("/")
    expect_soon(page, f"{address}/users?q=Margie", "Margie Changed")


def open_whole(page, name: str) -> None:
    """Open the page of the customer of that name; its row opens in the drawer."""
    link = page.get_by_role("link", name=re.compile(name)).first
    page.goto(page.url.split("/customers")[0] + link.get_attribute("href"))


def expect_soon(page, address: str, text: str, tries: int = 30) -> None:
    """Open the page again until it says so; a fact of the cloud needs a moment to arrive."""
    for _ in range(tries):
        page.goto(address)
        if page.get_by_text(text).count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text(text).first).to_be_visible()


def test_consent_withdrawn_shows_as_consent_lost_with_the_last_figures(visit, demo):
    microsoft = demo.microsoft
    microsoft.admin.withdraw(microsoft.admin.tenant("cohovineyard.example")["id"])
    person = visit()
    person.come_in(SOPHIE)
    page = person.open("/customers?q=coho")
    expect(page.locator("tr", has_text="Coho Vineyard")).to_contain_text("54 / 84")
    open_whole(page, "Coho Vineyard")
    address = page.url.rstrip("/")
    page.get_by_role("button", name="Read now").first.click()
    expect_soon(page, address, "Coho Vineyard’s consent has ended.")
    page.goto(f"{demo.address}/customers?q=coho")
    row = page.locator("tr", has_text="Coho Vineyard")
    expect(row).to_contain_text("Consent lost")
    expect(row).to_contain_text("54 / 84")


def test_the_limited_colleague_sees_the_customers_of_the_group_alone(visit):
    person = visit()
    person.come_in(JONAS)
    page = person.open("/customers")
    expect(page.get_by_role("link", name=re.compile("^Contoso"))).to_be_visible()
    expect(page.get_by_text("Adatum")).to_have_count(0)
    page = person.open("/search?q=adatum")
    expect(page.get_by_text("adatum.example")).to_have_count(0)


def test_the_stranger_sees_none_of_it_and_gets_404(visit):
    sophie, stranger = visit(), visit()
    sophie.come_in(SOPHIE)
    page = sophie.open("/customers")
    open_whole(page, "^Contoso")
    path = re.sub(r"^https?://[^/]+", "", page.url)
    stranger.come_in(TOMAS)
    expect(stranger.open("/customers").get_by_text("Contoso")).to_have_count(0)
    assert stranger.page.goto(f"{stranger.demo.address}{path}").status == 404


def test_the_search_box_finds_a_customer(visit):
    person = visit()
    person.come_in(SOPHIE)
    page = person.open("/home")
    page.keyboard.press("Control+k")
    page.locator("#tn-search input[name=q]").fill("fabri")
    expect(page.locator("#tn-search-found").get_by_text("Fabrikam").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(visit, theme):
    person = visit(color_scheme=theme)
    problems = look(person, "/sign-in")
    person.come_in(SOPHIE)
    for path in LOOKED_AT:
        problems += look(person, path)
    page = person.open("/customers")
    open_whole(page, "^Contoso")
    address = page.url.rstrip("/").removeprefix(person.demo.address)
    for tab in ("", "/tenants", "/users", "/sign-in-methods", "/tenant-settings", "/activity"):
        problems += look(person, f"{address}{tab}")
    assert not problems, "\n".join(problems)


def look(person, path: str) -> list[str]:
    """What axe finds on a page."""
    page = person.open(path)
    return [f"{path}: {found['id']}: {found['nodes'][0]['html'][:160]}"
            for found in Axe().run(page).response["violations"]]  # fmt: skip


@pytest.mark.parametrize("path", ["/home", "/customers", "/customers/onboard", "/settings/roles", "/profile"])
def test_no_page_scrolls_sideways_on_a_telephone(visit, path):
    person = visit(width=390)
    person.come_in(SOPHIE)
    page = person.open(path)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
