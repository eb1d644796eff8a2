"""The authorization link: made by a technician, followed by a visitor without an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail

from tenantry.kernel import clock
from tenantry.kernel.models import Fact
from tenantry.portal.customers import tasks
from tenantry.portal.customers.models import AuthorizationLink, Customer
from tenantry.portal.notifications.models import Notice
from tests.rules import rule
from tests.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)

WISH = {"email": "owner@customer.example", "organisation": "Tailspin Toys", "country": "DE",
        "data_centre": "de-westcentral", "mode": "undecided"}  # fmt: skip


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def admin(tenant):
    return tenant["cast"]["admin"]


@pytest.fixture
def pending(walk, world):
    """A customer that waits, and the address that its administrator was given."""
    return made(walk, world)


def made(walk, world, **wish):
    walk.send(walk.open("/customers/onboard").form(action="/customers/onboard"), "link")
    page = walk.send(walk.page.form("email", "organisation"), **(WISH | wish))
    if page.status != 200:
        return page
    with world.alpenrand.scope():
        customer = Customer.objects.get(organisation=WISH["organisation"])
    return customer, re.search(r"<code>(http[^<]+/connect/[^<]+)</code>", page.text)[1]


@pytest.fixture
def visitor(world, settings):
    return Walk(world.nobody, settings.PUBLIC_URL)


def follow(visitor, address, account):
    visitor.open(address)
    visitor.send(visitor.page.form(action="/connect/"))
    visitor.as_account(account)
    return visitor.decide()


def state(world, customer):
    with world.alpenrand.scope():
        return Customer.objects.get(pk=customer.pk).state


def link_page(world, customer):
    with world.alpenrand.scope():
        return f"/customers/links/{AuthorizationLink.objects.get(customer=customer).pk}"


def facts(world, name):
    with world.alpenrand.scope():
        return Fact.objects.filter(name=f"customers.{name}").count()


def test_the_customer_waits_in_the_list_and_its_link_can_be_copied(pending, world):
    customer, address = pending
    text = world.alpenrand.browser("Sophie").get("/customers").content.decode()
    assert "Tailspin Toys" in text
    assert "Pending" in text
    page = world.alpenrand.browser("Sophie").get(link_page(world, customer)).content.decode()
    assert f'data-tn-copy="{address}"' in page


def test_a_visitor_sees_who_asks_for_what_and_connects_the_tenant(pending, visitor, admin, world, work, tenant):
    customer, address = pending
    page = visitor.open(address)
    assert "Alpenrand IT asks for your consent" in page.text
    assert "Read users and guests with their properties." in page.text
    done = follow(visitor, address, admin)
    assert "Thank you" in done.text
    work.drain()
    assert state(world, customer) == "active"
    with world.alpenrand.scope():
        fact = Fact.objects.get(name="customers.customer_onboarded")
        assert (fact.actor_kind, fact.customer_id) == ("link", customer.pk)
        assert Customer.objects.get(pk=customer.pk).tenants.get().tenant_id == tenant["id"]
    activity = world.alpenrand.browser("Sophie").get(f"/customers/{customer.pk}/activity").content.decode()
    assert "by link," in activity


@rule("CUS-06")
@pytest.mark.parametrize(("minutes", "status"), [(72 * 60 - 1, 200), (72 * 60, 410)])
def test_a_link_works_for_72_hours(pending, visitor, minutes, status):
    """Opened at 71 h 59 min it works; at 72 h it is 410."""
    with clock.moved(timedelta(minutes=minutes)):
        page = visitor.open(pending[1])
    assert page.status == status
    assert ("Ask your provider for a new link." in page.text) == (status == 410)


@rule("CUS-06")
def test_a_link_works_once(pending, visitor, admin, world, settings):
    """Opened a second time it is 410: in another browser as soon as it is used, for everybody once it has been."""
    visitor.open(pending[1])
    visitor.send(visitor.page.form(action="/connect/"))
    other = Walk(world.nobody, settings.PUBLIC_URL)
    assert other.open(pending[1]).status == 410
    follow(visitor, pending[1], admin)
    assert visitor.open(pending[1]).status == 410


def test_a_revoked_link_is_gone_and_a_new_one_leads_to_the_same_draft(pending, visitor, walk, world):
    customer, address = pending
    walk.open(link_page(world, customer))
    walk.send(walk.page.form(action="/revoke"))
    assert visitor.open(address).status == 410
    assert state(world, customer) == "cancelled"
    page = walk.send(walk.page.form(action="/resend"))
    new = re.search(r"<code>(http[^<]+/connect/[^<]+)</code>", page.text)[1]
    assert visitor.open(address).status == 410
    assert visitor.open(new).status == 200
    assert state(world, customer) == "pending"


@rule("CUS-34")
def test_a_day_before_its_end_an_unopened_link_is_warned_of_once(pending, world, work):
    """A pending link 24 h before its end is one `LinkExpiring`; at its end the customer is Expired."""
    for hours in (47, 48, 49, 71):
        with clock.moved(timedelta(hours=hours)):
            tasks.tick()
            work.drain()
    assert facts(world, "link_expiring") == 1
    with clock.moved(timedelta(hours=72)):
        tasks.tick()
        work.drain()
    assert state(world, pending[0]) == "expired"
    with world.alpenrand.scope():
        told = Notice.objects.filter(kind__in=["customers.link_expiring", "customers.link_expired"])
        assert sorted(told.values_list("kind", flat=True)) == ["customers.link_expired", "customers.link_expiring"]


@rule("CUS-34")
def test_a_link_that_was_opened_before_is_not_warned_of(pending, visitor, world, work):
    """Opened before, there is no `LinkExpiring`."""
    visitor.open(pending[1])
    visitor.send(visitor.page.form(action="/connect/"))
    with clock.moved(timedelta(hours=49)):
        tasks.tick()
        work.drain()
    assert facts(world, "link_expiring") == 0


@rule("CUS-36")
def test_a_visitor_opens_no_other_page(pending, visitor, walk, world):
    """Any page but the draft's, or the draft after its link ended, is 404 or 410: there is no session behind a link."""
    customer, address = pending
    visitor.open(address)
    visitor.send(visitor.page.form(action="/connect/"))
    token = address.rpartition("/")[2]
    for path in (f"/connect/{token}/customers", f"/customers/connect/{token}", f"/connect/{customer.pk}"):
        assert visitor.open(path).status in {404, 410}
    with world.alpenrand.scope():
        AuthorizationLink.objects.get().void()
    assert visitor.open(address).status == 410
    for path in ("/customers", f"/customers/{customer.pk}", "/settings/users"):
        assert visitor.open(path).url.partition("?")[0].endswith("/sign-in")


def test_declining_shows_microsofts_reason_and_the_link_stays_good(pending, visitor, admin):
    visitor.open(pending[1])
    visitor.send(visitor.page.form(action="/connect/"))
    visitor.as_account(admin)
    page = visitor.decide("decline")
    assert "AADSTS65004" in page.text
    assert visitor.open(pending[1]).status == 200


def test_an_account_that_may_not_consent_is_told_so(pending, visitor, microsoft, world):
    member = next(each["cast"]["member"] for each in microsoft.admin.world() if "member" in each["cast"])
    visitor.open(pending[1])
    visitor.send(visitor.page.form(action="/connect/"))
    page = visitor.as_account(member)
    assert page.status == 422
    assert "This account may not consent." in page.text
    assert state(world, pending[0]) == "pending"


def test_the_administrator_is_mailed_the_link_if_asked(walk, world, work):
    _customer, address = made(walk, world, mailed="on")
    work.drain()
    (letter,) = mail.outbox
    assert letter.to == ["owner@customer.example"]
    assert address in letter.body


def test_without_an_address_no_link_is_made_and_what_was_typed_stays(walk, world):
    page = made(walk, world, email="")
    assert page.status == 422
    assert "Enter the e-mail address" in page.text
    assert "Tailspin Toys" in page.text
