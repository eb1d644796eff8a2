"""What people typed is not lost when a form is refused, and what they stored is text when it comes back."""

from __future__ import annotations

import pytest
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from tenantry.portal.access.models import Role
from tenantry.portal.customers.models import Customer, CustomerGroup, Tag, Tenant
from tenantry.portal.partners.models import Partner
from tenantry.portal.people.models import Person, SavedView
from tests.bad_input.sent import POSTED, SCRIPT, every_form, send, shows, told, undone
from tests.test_permissions import path_of

pytestmark = pytest.mark.django_db
REFUSED = {409, 422}
WHY = ('role="alert"', "data-tn-focus", 'class="tn-error"')
NAMED = {
    Partner: ("name",), Person: ("first_name", "last_name", "organisation"), SavedView: ("name",), Tag: ("name",),
    Customer: ("organisation", "first_name", "note"), Tenant: ("name", "default_domain"),
    CustomerGroup: ("name", "description"), Role: ("name", "description"),
}  # fmt: skip
LEAST = 5  # so many forms at least show that this is tested at all


def test_a_refused_form_says_why_and_keeps_what_was_typed(world):
    browser, refused, wrong = world.alpenrand.browser("Sophie"), 0, []
    for form in every_form(browser, world):
        typed = {name: [f"Kept {number}"] for number, name in enumerate(form.typed)}
        with undone(browser):
            answer = send(browser, form, **typed | {name: ["nonsense"] for name in form.chosen})
        if answer.status_code in REFUSED and typed and form.page:
            refused += 1
            lost = [name for name, (words,) in typed.items() if not shows(answer, words)]
            wrong += [f"{form.action} loses {lost}"] if lost else []
            wrong += [] if any(sign in told(answer) for sign in WHY) else [f"{form.action} does not say why"]
    assert refused >= LEAST
    assert not wrong


def test_a_stored_script_comes_back_as_text(world):
    browser = world.alpenrand.browser("Sophie")
    back = {(form.action, name): stored(browser, form, name)
            for form in every_form(browser, world) for name in form.typed}  # fmt: skip
    assert [where for where, texts in back.items() if any(SCRIPT in text for text in texts)] == []
    assert sum(bool(texts) for texts in back.values()) >= LEAST


def stored(browser, form, name) -> list[str]:
    """The pages that show what was stored in the field; none where it was refused."""
    with undone(browser):
        answer = send(browser, form, **{name: [SCRIPT]})
        leads = [answer["Location"], form.page] if answer.status_code == 302 else []
        return [told(browser.get(path, follow=True)) for path in leads if path]


def test_a_script_as_the_name_of_everything_runs_on_no_page(world):
    browser, texts = world.alpenrand.browser("Sophie"), {}
    for page in POSTED:
        with undone(browser):
            path = path_of(page, world)
            rename(world.alpenrand)
            texts[page.route] = told(browser.get(path))
    assert [route for route, text in texts.items() if SCRIPT in text] == []
    assert sum("&lt;script&gt;" in text for text in texts.values()) >= LEAST


def rename(firm) -> None:
    """Call each row of the firm a script."""
    with firm.scope():
        for model, names in NAMED.items():
            called = Concat(Value(SCRIPT), Cast("pk", CharField()), output_field=CharField())
            model.of_partner.update(**dict.fromkeys(names, called))
