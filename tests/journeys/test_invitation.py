"""An invitation, as people live it: invited by Sophie, mailed, accepted, signed in."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.test_first_walk import SOPHIE, look

NELE, CHOSEN = "nele@alpenrand.example", "a wholly new secret"


def test_somebody_is_invited_accepts_by_the_mail_and_signs_in(visit):
    sophie, nele = visit(), visit()
    sophie.come_in(SOPHIE)
    page = sophie.open("/settings/users")
    page.get_by_role("link", name="Add users").click()
    page.get_by_label("E-mail addresses").fill(NELE)
    page.get_by_label("Administrators").check()
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_text("1 invitation is on its way.")).to_be_visible()
    accept(nele)
    nele.page.get_by_role("link", name="Sign in").click()
    nele.page.locator("input[name=email]").fill(NELE)
    nele.page.locator("input[name=password]").fill(CHOSEN)
    nele.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(nele.page).to_have_url(re.compile("/home$"))
    expect(sophie.open("/settings/users?q=nele").locator("tr", has_text=NELE)).to_contain_text("Active")


def accept(person) -> None:
    """Open the mail, follow its link, say who one is; axe looks at each page on the way."""
    page = mail_to(person, NELE)
    problems = look(person, "/mailbox") + look(person, path_of(person, mail_to(person, NELE).url))
    page.get_by_text("Text part").click()
    link = page.locator("details a").first.get_attribute("href")
    problems += look(person, path_of(person, link)) + look(person, path_of(person, f"{link}x"))
    problems += look(person, "/password/forgot")
    assert not problems, "\n".join(problems)
    page.goto(link)
    page.get_by_label("First name").fill("Nele")
    page.get_by_label("Last name").fill("Birk")
    page.get_by_label("Password", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_role("heading", name="Your account is ready")).to_be_visible()


def mail_to(person, address: str, tries: int = 60):
    """The page of the last mail to an address; it needs a moment to be sent."""
    for _ in range(tries):
        page = person.open("/mailbox")
        line = page.locator("li", has_text=address).first
        if line.count():
            break
        page.wait_for_timeout(500)
    line.get_by_role("link").click()
    expect(page.get_by_text("Text part")).to_be_visible()
    return page


def path_of(person, address: str) -> str:
    return address.removeprefix(person.demo.address)
