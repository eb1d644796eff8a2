"""The wizard, through its own pages and the simulated Microsoft's."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Thread

import pytest

from tenantry.kernel import clock
from tenantry.kernel.residency import claims
from tenantry.portal.customers.models import AppProfile, Customer, Draft, Handshake
from tenantry.portal.partners.actions import name_directory
from tests.rules import rule
from tests.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(microsoft):
    return microsoft.admin.world()[0]


@pytest.fixture
def admin(tenant):
    return tenant["cast"]["admin"]


def drafts(firm):
    with firm.scope():
        return list(Draft.objects.order_by("pk"))


def customers(firm, tenant):
    with firm.scope():
        return list(Customer.objects.filter(tenants__tenant_id=tenant["id"]))


def answer_of(walk, button="accept"):
    """Go as far as Microsoft's consent page and press a button, without following its answer."""
    form = walk.page.form(action="adminconsent")
    filled = form.values | {"decision": [button]}
    return walk.microsoft.post(form.action, data=filled, allow_redirects=False, timeout=20).headers["Location"]


@rule("CUS-01")
def test_exactly_six_ways_stand_there_and_unusable_ones_say_why(world):
    """Exactly six entries stand there, unusable ones disabled with a reason."""
    text = world.alpenrand.browser("Sophie").get("/customers/onboard").content.decode()
    buttons = re.findall(r'<button class="tn-tile tn-way".*?</button>', text, re.DOTALL)
    assert len(buttons) == 6
    disabled = [button for button in buttons if 'aria-disabled="true"' in button]
    assert len(disabled) == 4
    assert all("tn-way-reason" in button for button in disabled)


@rule("CUS-05")
def test_a_way_that_is_disabled_is_refused_by_direct_post_too(world):
    """No continue, also by direct POST."""
    browser = world.alpenrand.browser("Sophie")
    assert browser.post("/customers/onboard", {"kind": "google"}).status_code == 422
    assert not drafts(world.alpenrand)


def test_a_global_administrators_consent_leads_to_a_customer_that_is_read(walk, admin, tenant, world, work):
    page = walk.onboard(admin, tags="Gold, Retail")
    assert page.status == 200
    assert page.url.endswith("/tenants")
    work.drain()
    (customer,) = customers(world.alpenrand, tenant)
    assert customer.organisation == tenant["display_name"]
    text = walk.open(f"/customers/{customer.pk}").text
    assert "Gold" in text
    assert "unknown" not in text
    assert claims.route("tenant", tenant["id"]).partner == world.alpenrand.opened.partner


def test_leaving_keeps_the_draft_and_resuming_opens_the_step_where_it_was_left(walk, admin):
    walk.identify()
    walk.sign_in(admin)
    step = walk.decide().url
    walk.open("/customers")
    draft = re.search(r"/onboard/(\d+)", step)[1]
    assert walk.open(f"/customers/onboard/{draft}").url == step


def test_declining_leads_back_to_the_second_step_with_microsofts_reason(walk, admin, world):
    walk.identify()
    walk.sign_in(admin)
    page = walk.decide("decline")
    assert page.url.endswith("/identify")
    assert "AADSTS65004" in page.text
    (draft,) = drafts(world.alpenrand)
    assert draft.consented == []


@pytest.mark.parametrize("state", ["", "of-nobody"])
def test_an_answer_without_a_known_state_is_refused(walk, state, admin, world):
    walk.identify()
    page = walk.open(f"/connect/microsoft?admin_consent=True&tenant=x&state={state}")
    assert page.status == 422
    assert drafts(world.alpenrand)[0].consented == []


@rule("CUS-10")
def test_a_state_is_good_once(walk, admin, world):
    """A consent `state` that is reused is refused, and no profile comes of it."""
    walk.identify()
    walk.sign_in(admin)
    answer = answer_of(walk)
    assert walk.open(answer).url.endswith("/information")
    assert walk.open(answer).status == 422
    with world.alpenrand.scope():
        assert not AppProfile.objects.exists()


def test_a_state_lapses_after_ten_minutes(walk, admin):
    walk.identify()
    walk.sign_in(admin)
    answer = answer_of(walk)
    with clock.moved(Handshake.GOOD_FOR * 1.1):
        assert walk.open(answer).status == 422


def test_a_state_of_another_browser_is_refused(walk, admin, world, settings):
    walk.identify()
    walk.sign_in(admin)
    answer = answer_of(walk)
    other = Walk(world.alpenrand.browser("Sophie"), settings.PUBLIC_URL)
    assert other.open(answer).status == 422
    assert drafts(world.alpenrand)[0].consented == []


def test_the_answer_of_another_tenant_than_signed_in_is_refused(walk, admin, microsoft, world):
    walk.identify()
    walk.sign_in(admin)
    other = microsoft.admin.world()[1]["id"]
    answer = re.sub(r"tenant=[^&]+", f"tenant={other}", answer_of(walk))
    page = walk.open(answer)
    assert page.status == 422
    assert "You signed in to a different tenant." in page.text
    assert drafts(world.alpenrand)[0].consented == []


def test_an_account_that_is_no_global_administrator_is_refused_and_the_draft_stays(walk, microsoft, world):
    member = next(each["cast"]["member"] for each in microsoft.admin.world() if "member" in each["cast"])
    walk.identify()
    page = walk.sign_in(member)
    assert page.status == 422
    assert "This account may not consent." in page.text
    assert len(drafts(world.alpenrand)) == 1


@rule("CUS-03")
def test_a_global_administrator_without_sharepoint_is_refused(walk, microsoft):
    """A Global Administrator without SharePoint Online is told 422."""
    found = [each["cast"]["admin_without_sharepoint"] for each in microsoft.admin.world()
             if "admin_without_sharepoint" in each["cast"]]  # fmt: skip
    walk.identify()
    page = walk.sign_in(found[0])
    assert page.status == 422
    assert "SharePoint" in page.text


@rule("CUS-04")
def test_a_known_account_finds_the_third_step_open_and_filled(walk, admin, tenant, world, settings):
    """A known account, when identified, finds step 3 open and filled."""
    walk.identify()
    walk.sign_in(admin)
    walk.decide()
    walk.inform(organisation="Known Works", phone="+49 30 1234")
    again = Walk(world.alpenrand.browser("Sophie"), settings.PUBLIC_URL)
    again.identify()
    page = again.sign_in(admin)
    assert page.url.endswith("/information")
    assert page.form("organisation").values["organisation"] == ["Known Works"]
    assert page.form("phone").values["phone"] == ["+49 30 1234"]


@rule("CUS-08")
def test_the_partners_own_directory_is_refused(walk, admin, tenant, world):
    """One's own directory is answered with `is_yourself`."""
    with world.alpenrand.scope() as opened:
        name_directory(opened.actor, tenant["id"])
    walk.identify()
    page = walk.sign_in(admin)
    assert page.status == 422
    assert "This is your own directory." in page.text


@rule("CUS-07")
def test_a_tenant_of_another_partner_is_refused_without_saying_whose(walk, admin, tenant, world, settings):
    """A tenant of Baltic Cloud, when onboarded by Alpenrand, is `managed_elsewhere` without a name."""
    Walk(world.baltic.browser("Tomas"), settings.PUBLIC_URL).onboard(admin, data_centre="de-westcentral")
    page = walk.onboard(admin)
    assert page.status == 422
    assert "is connected to another partner" in page.text
    assert "Baltic" not in page.text
    assert not customers(world.alpenrand, tenant)
    assert len(drafts(world.alpenrand)) == 1


def test_a_tenant_that_is_ours_already_leads_to_its_customer(walk, admin, tenant, world):
    walk.onboard(admin)
    page = walk.onboard(admin)
    (customer,) = customers(world.alpenrand, tenant)
    assert page.status == 422
    assert f'href="/customers/{customer.pk}"' in page.text


@rule("CUS-32")
def test_two_who_finish_the_same_tenant_at_once_make_one_record(walk, admin, tenant, world, settings):
    """Two concurrent onboardings of one tenant make one record."""
    other = Walk(world.alpenrand.browser("Sophie"), settings.PUBLIC_URL)
    for one in (walk, other):
        one.identify()
        if "/information" not in one.sign_in(admin).url:
            one.decide()
        one.inform()
    pages = []
    threads = [Thread(target=lambda one=one: pages.append(finish(one))) for one in (walk, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(pages) == [200, 422]
    assert len(customers(world.alpenrand, tenant)) == 1


def finish(walk):
    from django.db import connections

    try:
        return walk.confirm().status
    finally:
        connections.close_all()


def test_a_limited_person_must_name_a_group_of_the_own_scope(admin, tenant, world, settings, microsoft):
    jonas = Walk(world.alpenrand.browser("Jonas"), settings.PUBLIC_URL)
    jonas.identify()
    jonas.sign_in(admin)
    jonas.decide()
    page = jonas.inform()
    assert page.status == 422
    page = jonas.inform(groups=str(world.alpenrand.groups["South"]))
    assert page.status == 422
    jonas.inform(groups=str(world.alpenrand.groups["North"]))
    jonas.confirm()
    (customer,) = customers(world.alpenrand, tenant)
    assert jonas.open(f"/customers/{customer.pk}").status == 200


@pytest.mark.parametrize("kind", ["unavailable", "reset", "login_busy"])
def test_a_microsoft_that_does_not_answer_is_told_and_the_draft_stays(walk, admin, world, microsoft, kind):
    walk.identify()
    microsoft.admin.fault(kind, match={"part": "token"})
    page = walk.sign_in(admin)
    assert page.status in {422, 503}
    assert "Microsoft did not answer" in page.text or "busy" in page.text
    (draft,) = drafts(world.alpenrand)
    assert (draft.tenant_id, draft.consented) == ("", [])


def test_a_crash_after_the_claim_is_mended_by_the_outbox(walk, admin, tenant, world, work):
    walk.onboard(admin)
    claims.release("tenant", tenant["id"], world.alpenrand.opened.partner)
    claims.claim("tenant", tenant["id"], world.alpenrand.opened.partner, world.alpenrand.opened.region)
    assert claims.route("tenant", tenant["id"]) is None
    work.drain()
    assert claims.route("tenant", tenant["id"]) is not None


@rule("CUS-37")
def test_a_crash_between_claim_and_record_shuts_nobody_out_for_good(walk, admin, tenant, world, settings):
    """Given kill -9 between claim and record, when 10 min pass, then the tenant can be onboarded again."""
    crashed = world.baltic.opened
    claims.claim("tenant", tenant["id"], crashed.partner, crashed.region)
    assert "is connected to another partner" in walk.onboard(admin).text
    with clock.moved(timedelta(minutes=10, seconds=1)):
        late = Walk(world.alpenrand.browser("Sophie"), settings.PUBLIC_URL)
        late.identify()
        if "/information" not in late.sign_in(admin).url:
            late.decide()
        late.inform()
        assert late.confirm().url.endswith("/tenants")
