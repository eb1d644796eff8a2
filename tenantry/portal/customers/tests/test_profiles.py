"""The page of customer app profiles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.kernel import clock
from tenantry.portal.customers.models import AppProfile, Tenant

pytestmark = pytest.mark.django_db

PAGE = "/settings/customer-apps"


@pytest.fixture
def profiles(world):
    """Contoso's consent is lost, Fabrikam's in force."""
    with world.alpenrand.scope():
        for name, status in (("Contoso", "expired"), ("Fabrikam", "active")):
            tenant = Tenant.objects.get(name=name)
            AppProfile.objects.create(
                customer_id=tenant.customer_id, tenant=tenant, app="insight", status=status,
                consented_by=f"admin@{name.lower()}.example", consented_at=clock.now(),
                checked_at=clock.now() - timedelta(hours=3),
            )  # fmt: skip
    return world.alpenrand


def text(firm, who="Sophie", **filters):
    answer = firm.browser(who).get(PAGE, filters)
    assert answer.status_code == 200
    return answer.content.decode()


def test_those_that_need_a_person_stand_first_with_their_button(profiles):
    shown = text(profiles)
    assert shown.index("Contoso") < shown.index("Fabrikam")
    assert shown.count("Ask for it again") == 2  # its words and its label
    assert "admin@contoso.example" in shown
    assert "3 h ago" in shown


def test_a_filter_by_status_leaves_the_others_out(profiles):
    shown = text(profiles, f_status="active")
    assert "fabrikam.example" in shown
    assert "contoso.example" not in shown


def test_a_silent_microsoft_counts_as_unknown_and_shows_the_last_status(profiles):
    with profiles.scope():
        AppProfile.objects.filter(status="active").update(silent_since=clock.now())
    shown = text(profiles, f_status="unknown")
    assert "fabrikam.example" in shown
    assert "last known: Active" in shown


def test_the_settings_lead_there(profiles):
    assert PAGE in profiles.browser("Sophie").get("/settings").content.decode()


def test_without_a_profile_the_page_says_what_will_stand_there(world):
    shown = world.kiefer.browser("Urs").get(PAGE).content.decode()
    assert "No customer has consented to an app yet" in shown
    assert "Onboard the first customer" in shown
