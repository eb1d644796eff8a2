"""What the pages of customers show, to whom, and what becomes of lost consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tenantry.engines.inventory import queries, tasks
from tenantry.engines.inventory.models import KindState, Source, Subscription
from tenantry.kernel import clock, registry
from tenantry.kernel.offers import SearchSource
from tenantry.portal.customers import collect, rules
from tenantry.portal.customers.models import AppProfile, Customer
from tenantry.portal.notifications.models import Notice
from tests.cloud import budget_of
from tests.rules import rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def connected(walk, tenant, world, work):
    """A customer of Alpenrand that was onboarded and read."""
    walk.onboard(tenant["cast"]["admin"])
    work.drain()
    with world.alpenrand.scope():
        return Customer.objects.get(tenants__tenant_id=tenant["id"])


@dataclass
class Consent:
    """What an administrator of the connected tenant may do to our app there; the next cycle has run afterwards."""

    admin: Any
    tenant: str
    app: str
    work: Any

    def withdraw(self):
        self.admin.withdraw(self.tenant, self.app)
        self.later(6)

    def reduce(self, *permissions):
        self.admin.reduce(self.tenant, self.app, *permissions)
        self.later(6)

    def later(self, minutes):
        with clock.moved(timedelta(minutes=minutes)):
            tasks.tick()
            self.work.drain()


@pytest.fixture
def consent(connected, microsoft, tenant, work):
    return Consent(microsoft.admin, tenant["id"], collect.apps.app(rules.INSIGHT).client_id, work)


def profile(world, customer):
    with world.alpenrand.scope():
        return AppProfile.objects.get(customer_id=customer.pk)


def text_of(world, path, who="Sophie"):
    answer = world.alpenrand.browser(who).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_figures_that_came_through_graph(connected, tenant, world):
    text = text_of(world, "/customers")
    assert tenant["display_name"] in text
    assert "Connected" in text
    assert "just now" in text


@rule("CUS-35")
def test_the_default_columns_name_no_absent_folder(connected, world):
    """Without services and licensing the default columns are those of section 2, and nothing names an absent folder."""
    text = text_of(world, "/customers")
    for title in ("Customer", "Status", "Management", "Tags", "Users", "M365 seats", "Secure score", "Synced"):
        assert f">{title}<" in text.replace(" <", "<") or title in text
    assert not [word for word in ("Job status", "Services") if word in text]


@rule("CUS-12")
def test_consent_that_is_gone_is_seen_within_one_cycle_and_figures_stay(connected, world, consent):
    """A removed service principal leads to *Consent lost*, while the customer stays active and the figures keep."""
    consent.withdraw()
    assert profile(world, connected).status == AppProfile.Status.EXPIRED
    text = text_of(world, "/customers")
    assert "Consent lost" in text
    page = text_of(world, f"/customers/{connected.pk}")
    assert "consent has ended" in page
    assert "Ask for it again" in page
    assert "Active" in page


@rule("CUS-12")
def test_a_permission_that_is_taken_back_is_named(connected, world, consent):
    """A revoked permission makes the profile *Insufficient*, naming it."""
    consent.reduce("User.Read.All", "Directory.Read.All")
    found = profile(world, connected)
    assert found.status == AppProfile.Status.INSUFFICIENT
    assert "User.Read.All" in found.missing
    assert "User.Read.All" in text_of(world, f"/customers/{connected.pk}")


def test_consent_given_again_heals_the_profile_and_reads_at_once(connected, world, work, consent, walk):
    consent.withdraw()
    walk.open(f"/customers/{connected.pk}/consent/{profile(world, connected).pk}")
    walk.send(walk.page.form(action="/consent/"))
    assert walk.decide().url.endswith("/tenants")
    work.drain()
    assert profile(world, connected).status == AppProfile.Status.ACTIVE
    with world.alpenrand.scope():
        assert Source.objects.get(customer_id=connected.pk).refused == ""


def test_lost_consent_is_told_once_to_those_who_may_ask_for_it(connected, world, consent):
    consent.withdraw()
    consent.later(70)
    with world.alpenrand.scope():
        told = Notice.objects.filter(kind="customers.consent_lost")
        assert [notice.person_id for notice in told] == [world.alpenrand.people["Sophie"]]


def test_the_starter_is_told_when_the_first_read_has_ended(connected, world):
    with world.alpenrand.scope():
        notice = Notice.objects.get(kind="customers.initial_sync_finished")
        assert notice.person_id == world.alpenrand.people["Sophie"]


def test_read_now_is_granted_once_a_minute(connected, world, work):
    browser = world.alpenrand.browser("Sophie")
    first = browser.post(f"/customers/{connected.pk}/read", HTTP_HX_REQUEST="true").content.decode()
    second = browser.post(f"/customers/{connected.pk}/read", HTTP_HX_REQUEST="true").content.decode()
    assert "is read now" in first
    assert "less than a minute ago" in second


def test_figures_link_to_lists_with_equal_counts(connected, world):
    page = text_of(world, f"/customers/{connected.pk}/users?view=member")
    with world.alpenrand.scope():
        users = queries.figures([connected.pk])[connected.pk].users.value
        assert queries.users(connected.pk).filter(guest=False).count() == users
    assert f"of {users}" in page


def test_activity_names_what_happened_and_who_did_it(connected, world):
    text = text_of(world, f"/customers/{connected.pk}/activity")
    assert "onboarded the customer." in text
    assert "Sophie Lindqvarn" in text


@rule("MOD-03")
def test_a_strangers_tenant_answers_404(connected, world):
    """A tenant of Baltic Cloud, opened by Sophie, answers 404."""
    with world.baltic.scope():
        northwind = Customer.objects.get().tenants.get()
    sophie = world.alpenrand.browser("Sophie")
    assert sophie.get(f"/tenants/{northwind.pk}").status_code == 404
    assert sophie.get(f"/customers/{northwind.customer_id}/tenants").status_code == 404
    assert sophie.get(f"/customers/{northwind.customer_id}/users").status_code == 404


def hits(firm, who, words):
    with firm.acting(who) as opened:
        asked = [source for source in registry.offers(SearchSource) if opened.actor.holds(source.permission)]
        return [(source.key, hit) for source in asked for hit in source.find(words, 50)]


@rule("CUS-25")
def test_a_colleagues_search_does_not_depend_on_other_customers(connected, world):
    """No result, count or order of the colleague's search depends on customers beyond the own groups."""
    everybodys, jonas = (hits(world.alpenrand, who, "example") for who in ("Sophie", "Jonas"))
    assert {hit.href for _key, hit in everybodys} > {hit.href for _key, hit in jonas}
    with world.alpenrand.scope():
        mine = world.alpenrand.customers["Contoso"]
    assert [hit.title for _key, hit in jonas] == ["Contoso", "contoso.example"]
    assert f"/customers/{mine}" not in [hit.href for _key, hit in hits(world.baltic, "Tomas", "example")]
    counts = text_of(world, "/customers", "Jonas")
    assert "Fabrikam" not in counts
    assert "1–1 of 1" in counts


def test_an_onboarded_customer_and_its_users_are_found_by_the_search_box(connected, tenant, world):
    found = hits(world.alpenrand, "Sophie", tenant["default_domain"])
    assert {"customers", "tenants", "tenant_users"} <= {key for key, _hit in found}


def test_a_stale_form_is_refused_with_what_was_typed(connected, world):
    sophie = world.alpenrand.browser("Sophie")
    values = {"organisation": "New Name", "country": "DE", "stamp": "2020-01-01"}
    answer = sophie.post(f"/customers/{connected.pk}/edit", values)
    assert answer.status_code == 409
    assert "Somebody else changed this customer." in answer.content.decode()
    assert "New Name" in answer.content.decode()


def test_a_customer_is_moved_over_a_guarded_group_by_administrators_only(connected, world):
    north = str(world.alpenrand.groups["North"])
    sophie, jonas = world.alpenrand.browser("Sophie"), world.alpenrand.browser("Jonas")
    contoso = world.alpenrand.customers["Contoso"]
    assert jonas.post(f"/customers/{contoso}/membership", {"groups": []}).status_code == 403
    assert sophie.post(f"/customers/{connected.pk}/membership", {"groups": [north]}).status_code == 302
    assert jonas.get(f"/customers/{connected.pk}").status_code == 200


def test_many_customers_are_tagged_at_once(connected, world):
    sophie = world.alpenrand.browser("Sophie")
    ids = [str(connected.pk), str(world.alpenrand.customers["Contoso"])]
    assert sophie.post("/customers/tag", {"ids": ids, "tags": "Gold, South", "sent": "1"}).status_code == 302
    text = text_of(world, "/customers")
    assert text.count("</svg>Gold</span>") == 2


def test_an_empty_list_has_the_one_button_that_brings_the_first_customer(world):
    text = world.kiefer.browser("Urs").get("/customers").content.decode()
    assert "Your customers will stand here" in text
    assert "Onboard the first customer" in text


def allowances_page(world, customer):
    return text_of(world, f"/customers/{customer.pk}/tenants").partition("What Microsoft allows")[2]


def test_the_tenants_page_says_what_microsoft_still_allows(world, connected):
    assert "unknown" in allowances_page(world, connected).partition("Security")[2]
    with world.alpenrand.scope():
        source = Source.objects.get(customer_id=connected.pk)
    with budget_of(source, "SEC") as (budgets, key):
        budgets.wait_for(key, 20)
        page = allowances_page(world, connected)
        assert "100 of 120" in page
        assert "in 60 seconds" in page
        budgets.block(key, 600)
        assert "Microsoft asked us to wait until" in allowances_page(world, connected)


def test_the_tenants_page_says_how_changes_are_found(world, connected):
    page = f"/customers/{connected.pk}/tenants"
    assert "Changes are found by reading" in text_of(world, page)
    with world.alpenrand.scope():
        source = Source.objects.get(customer_id=connected.pk)
        row = {"customer_id": connected.pk, "remote_id": "at Microsoft", "expires_at": clock.now() + timedelta(days=1)}
        Subscription.objects.create(source=source, kind="users", **row)
        assert "Microsoft tells some changes at once" in text_of(world, page)
        Subscription.objects.create(source=source, kind="groups", **row)
    assert "Microsoft tells changes to users and groups at once" in text_of(world, page)


def test_the_tenants_page_counts_the_lists_that_wait(world, connected):
    with world.alpenrand.scope():
        until = clock.now() + timedelta(minutes=4)
        KindState.objects.filter(customer_id=connected.pk, kind__in=("users", "groups")).update(waiting_until=until)
    assert "2 lists wait until" in allowances_page(world, connected)
