"""Ids of another partner's rows, in any field of any form: they change nothing there, and are not found."""

from __future__ import annotations

import pytest

from tenantry.kernel.models import PartnerOwned
from tenantry.portal.access.models import Role
from tenantry.portal.customers.models import Tenant
from tests.bad_input.sent import every_form, send, undone
from tests.frame import models

pytestmark = pytest.mark.django_db
NAMING = ("ids", "groups", "customers", "members", "joining", "leaving", "listed", "role", "roles", "person", "people",
          "tenant", "customer", "owner", "profiles", "devices")  # fmt: skip
BULK = ["customers/read", "customers/tag"]


def strangers(world) -> list[int]:
    """Ids of Baltic Cloud's things."""
    with world.baltic.scope():
        found = [*Role.objects.values_list("pk", flat=True), *Tenant.objects.values_list("pk", flat=True)]
    return [*found, *world.baltic.customers.values(), *world.baltic.groups.values(), *world.baltic.people.values()]


def everything_of(firm) -> dict[str, list]:
    """All rows of a partner."""
    owned = [model for model in models.ours() if issubclass(model, PartnerOwned)]
    with firm.scope():
        return {model._meta.label: sorted(model.of_partner.values_list(), key=repr) for model in owned}


def test_no_form_touches_rows_of_another_partner(world):
    browser, ids, before, sent = world.alpenrand.browser("Sophie"), strangers(world), everything_of(world.baltic), 0
    for form in every_form(browser, world):
        named = [name for name in form.kinds if name in NAMING]
        if not named:
            continue
        with undone(browser):
            assert send(browser, form, **dict.fromkeys(named, ids)).status_code < 500
            assert everything_of(world.baltic) == before, form.action
        sent += 1
    assert sent >= 5


@pytest.mark.parametrize("route", BULK)
def test_an_act_on_rows_of_another_partner_finds_nothing(world, route):
    browser, before = world.alpenrand.browser("Sophie"), everything_of(world.alpenrand)
    answer = browser.post(f"/{route}", {"ids": strangers(world), "tags": "x"})
    assert answer.status_code == 404
    assert everything_of(world.alpenrand) == before


def test_a_limited_colleague_does_not_act_on_customers_of_other_groups(world):
    customer = world.alpenrand.customers["Fabrikam"]
    with world.alpenrand.scope():
        before = everything_of(world.alpenrand)
    answer = world.alpenrand.browser("Jonas").post("/customers/tag", {"ids": [customer], "tags": "x"})
    assert answer.status_code == 404
    assert {**everything_of(world.alpenrand), "people.Session": None} == {**before, "people.Session": None}
