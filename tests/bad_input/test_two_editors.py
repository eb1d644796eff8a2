"""Two people open the same record and both save: the second is told, and sees both values."""

from __future__ import annotations

import pytest

from tests.bad_input.sent import POSTED, forms_of, read, send, shows, undone
from tests.test_permissions import parameters

VALUES = (("Written by the first", "Written by the second"), ("37", "38"))  # of the first, and of the second
LEAST = 4
pytestmark = pytest.mark.django_db
NO_RECORD = ("sign-in", "onboard", "invitation", "password", "prove", "second-factor", "mailbox", "lists/")


def editing(page) -> bool:
    """Whether a page edits one record that is there already."""
    own = page.route in {"profile", "settings/general"} or page.route.startswith("settings/security")
    return (own or bool(parameters(page))) and not any(word in page.route for word in NO_RECORD)


def edits_of(browser, page, world):
    """The forms of a page that change what it shows, each with a field that holds a value and takes two others."""
    for form in forms_of(browser, page, world):
        filled = [name for name in form.typed if form.values.get(name, [""])[0]]
        wishes = [(name, pair) for name in filled for pair in VALUES if form.page == form.action]
        yield from [(form, *wish) for wish in wishes if takes(browser, form, *wish)][:1]


def takes(browser, form, name, values) -> bool:
    """Whether the field may hold such a value."""
    with undone(browser):
        return send(browser, form, **{name: [values[0]]}).status_code == 302


@pytest.mark.parametrize("page", [page for page in POSTED if editing(page)], ids=lambda page: page.route)
def test_the_second_of_two_editors_is_told_and_sees_both_values(page, world):
    first, second = world.alpenrand.browser("Sophie"), world.alpenrand.browser("Sophie")
    for form, name, (theirs, ours) in edits_of(second, page, world):
        assert form.stamp, f"{form.action} does not say which state of the record it shows"
        assert send(first, form, **{name: [theirs]}).status_code == 302
        answer = send(second, form, **{name: [ours]})
        assert answer.status_code == 409
        assert shows(answer, theirs)
        assert shows(answer, ours)


def test_there_are_records_that_two_people_edit(world):
    browser, found = world.alpenrand.browser("Sophie"), []
    for page in filter(editing, POSTED):
        with undone(browser):
            found += edits_of(browser, page, world)
    assert len(found) >= LEAST


def test_two_people_who_decide_on_one_tenant(world):
    browser, path = world.alpenrand.browser("Sophie"), f"/customers/{world.alpenrand.customers['Contoso']}/mode"
    (form,) = [form for form in read(browser, path) if "mode" in form.kinds]
    assert send(browser, form, mode=["customer"]).status_code == 302
    answer = send(browser, form, mode=["partner"])
    assert answer.status_code == 409
    assert shows(answer, "<del>Customer manages the tenant</del>")
    assert shows(answer, "<ins>Partner manages the tenant</ins>")
