"""Customers over REST."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_the_list_holds_the_callers_customers_only(world):
    found = world.alpenrand.browser("Jonas").get("/api/v1/customers").json()
    assert [row["organisation"] for row in found["value"]] == ["Contoso"]


def test_a_customer_beyond_the_scope_is_missing(world):
    fabrikam = world.alpenrand.customers["Fabrikam"]
    assert world.alpenrand.browser("Jonas").get(f"/api/v1/customers/{fabrikam}").status_code == 404


def test_a_customer_is_given_with_its_tenants(world):
    contoso = world.alpenrand.customers["Contoso"]
    found = world.alpenrand.browser("Sophie").get(f"/api/v1/customers/{contoso}").json()
    assert found["tenants"][0]["default_domain"] == "contoso.example"


def test_a_read_is_asked_for_with_a_key_only(world):
    contoso = world.alpenrand.customers["Contoso"]
    answer = world.alpenrand.browser("Sophie").post(f"/api/v1/customers/{contoso}/sync")
    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency_key_missing"
