"""The customers page as a list: views, filters, order, search, many at once, drawer, export."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest

from tenantry.engines.inventory.models import Figures, KindState, Source
from tenantry.kernel import clock
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.portal.customers.models import AppProfile, Customer, CustomerTag, GroupMember, Tag, Tenant

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
USERS = {"Contoso": 214, "Fabrikam": 538, "Litware": None}


@pytest.fixture
def customers(world):
    """Contoso and Fabrikam, which were read, and Litware, whose consent is lost and which never was."""
    at = world.alpenrand
    with at.scope():
        litware = Customer.objects.create(
            number=42, organisation="Litware", country="AT", kind=Customer.Kind.M365, data_centre="ch-north",
            state=Customer.State.ACTIVE, mode=Customer.Mode.PARTNER, email="o'neill%@litware.example",
        )  # fmt: skip
        at.customers["Litware"] = litware.pk
        for name, users in USERS.items():
            read(Customer.objects.get(pk=at.customers[name]), users)
    return at.customers


def read(customer, users):
    guid = f"{customer.pk:08d}-1111-4000-8000-000000000000"
    status = AppProfile.Status.EXPIRED if users is None else AppProfile.Status.ACTIVE
    tenant = Tenant.objects.filter(customer=customer).first() or Tenant.objects.create(
        customer=customer, tenant_id=guid, name="Litware", default_domain="litware.example", cloud="simulator",
        connected_at=clock.now(),
    )  # fmt: skip
    AppProfile.objects.create(customer=customer, tenant=tenant, app="insight", status=status)
    source = Source.objects.create(customer_id=customer.pk, tenant_id=guid, cloud="simulator", region="ch-north",
                                   connected_at=clock.now(), first_read_at=clock.now())  # fmt: skip
    Figures.objects.create(customer_id=customer.pk, source=source, users=users, seats_bought=users,
                           seats_assigned=users)  # fmt: skip
    for kind in ("users", "skus"):
        KindState.objects.create(customer_id=customer.pk, source=source, kind=kind, reason="no_consent" * (not users),
                                 read_at=clock.now() if users else None)  # fmt: skip


def shown(world, query="", who="Sophie"):
    page = world.alpenrand.browser(who).get(f"/customers{query}").content.decode()
    return re.findall(r'class="tn-name-title" href="[^"]*" title="[^"]*">([^<]*)<', page)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("customer", ["Contoso", "Fabrikam", "Litware"]),
        ("-customer", ["Litware", "Fabrikam", "Contoso"]),
        ("users", ["Contoso", "Fabrikam", "Litware"]),
        ("-users", ["Fabrikam", "Contoso", "Litware"]),
        ("seats", ["Contoso", "Fabrikam", "Litware"]),
        ("status", ["Litware", "Contoso", "Fabrikam"]),
        ("-number", ["Litware", "Fabrikam", "Contoso"]),
    ],
)
def test_it_is_sorted_by_figures_too_and_what_is_unknown_stands_last(customers, world, sort, order):
    assert shown(world, f"?sort={sort}") == order


@pytest.mark.parametrize("sort", ["synced", "-synced", "mode", "country", "data_centre", "kind", "access", "onboarded"])
def test_each_other_column_that_sorts_shows_every_row(customers, world, sort):
    assert sorted(shown(world, f"?sort={sort}")) == ["Contoso", "Fabrikam", "Litware"]


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("lit", ["Litware"]), ("LITWARE.EXAMPLE", ["Litware"]), ("c-00042", ["Litware"]), ("42", ["Litware"]),
        ("o'neill%25@", ["Litware"]), ("example", ["Contoso", "Fabrikam", "Litware"]), ("%25", ["Litware"]),
        ("_", []), ("%5C", []), ("%F0%9F%92%A9", []), ("%3Cscript%3E", []), ("x" * 10_000, []),
    ],
)  # fmt: skip
def test_search_finds_by_name_domain_mail_and_number_and_takes_signs_as_they_are(customers, world, wish, found):
    assert shown(world, f"?q={wish}") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("f_status=expired", ["Litware"]),
        ("f_status=expired&f_status=active", ["Contoso", "Fabrikam", "Litware"]),
        ("f_app=insight:expired", ["Litware"]),
        ("f_country=AT", ["Litware"]),
        ("f_data_centre=ch-north", ["Litware"]),
        ("f_mode=partner", ["Litware"]),
        ("f_access=closed", []),
        ("view=lost", ["Litware"]),
        ("view=attention&f_country=DE", []),
    ],
)
def test_filters_and_views_narrow_the_list(customers, world, query, found):
    assert shown(world, f"?{query}") == found


def test_customers_that_are_not_active_are_shown_when_asked_for_alone(customers, world):
    with world.alpenrand.scope():
        Customer.objects.filter(organisation="Litware").update(state=Customer.State.DISCONNECTED)
    assert shown(world) == ["Contoso", "Fabrikam"]
    assert shown(world, "?f_state=disconnected") == ["Litware"]
    assert shown(world, "?f_state=*") == ["Contoso", "Fabrikam", "Litware"]


def test_a_limited_colleague_finds_counts_and_exports_the_own_customers_alone(customers, world):
    jonas = world.alpenrand.browser("Jonas")
    assert shown(world, "?q=example", "Jonas") == ["Contoso"]
    assert re.findall(r'tn-tab-count">(\d+)', jonas.get("/customers").content.decode()) == ["1", "0", "0", "0"]
    assert "Fabrikam" not in jonas.get("/customers/export?format=csv").content.decode("utf-8-sig")


def test_a_figure_that_is_unknown_says_why_and_is_never_nought(customers, world):
    page = world.alpenrand.browser("Sophie").get("/customers?q=litware").content.decode()
    cells = re.findall(r'<td class="tn-card-hidden tn-number">(.*?)</td>', page)
    assert len(cells) == 3
    assert all("unknown" in cell for cell in cells)
    assert "unknown (no consent)" in cells[0]


def post(world, path, who="Sophie", **data):
    return world.alpenrand.browser(who).post(f"/customers/{path}", data, headers=FRAGMENT)


def test_many_are_tagged_and_untagged_and_the_toast_says_how_many(customers, world):
    ids = [customers["Contoso"], customers["Litware"]]
    answer = post(world, "tag", ids=ids, tags="Gold, VIP", sent="1")
    assert "The tags of 2 customers are changed." in answer.content.decode()
    assert answer["HX-Trigger"] == "tn:changed"
    post(world, "tag", ids=[customers["Litware"]], away=["Gold"], sent="1")
    with world.alpenrand.scope():
        worn = set(CustomerTag.objects.values_list("customer__organisation", "tag__name"))
    assert worn == {("Contoso", "Gold"), ("Contoso", "VIP"), ("Litware", "VIP")}


def test_an_act_on_many_is_done_where_it_is_allowed_and_names_the_rest(customers, world):
    with world.alpenrand.scope():
        Customer.objects.filter(organisation="Litware").update(state=Customer.State.DISCONNECTED)
    answer = post(world, "manage", ids=list(customers.values()), mode="customer", sent="1").content.decode()
    assert "Management is decided for 2 customers." in answer
    assert "Litware left out: Litware is disconnected. Reconnect it first." in answer
    with world.alpenrand.scope():
        changed = Fact.objects.filter(name="customers.management_mode_changed")
        assert {values(fact)["customer_id"] for fact in changed} == {customers["Contoso"], customers["Fabrikam"]}


def test_a_row_beyond_the_own_scope_is_not_even_named(customers, world):
    answer = post(world, "tag", "Jonas", ids=list(customers.values()), tags="Mine", sent="1").content.decode()
    assert "The tags of 1 customer are changed." in answer
    assert "Fabrikam" not in answer


def test_many_join_and_leave_groups(customers, world):
    north, south = (world.alpenrand.groups[name] for name in ("North", "South"))
    post(world, "groups", ids=[customers["Litware"], customers["Fabrikam"]], join=[north], leave=[south], sent="1")
    with world.alpenrand.scope():
        members = set(GroupMember.objects.values_list("customer__organisation", "group__name"))
    assert members == {("Contoso", "North"), ("Fabrikam", "North"), ("Litware", "North")}


def test_read_now_leaves_out_what_was_asked_for_within_a_minute(customers, world):
    ids = [customers["Contoso"], customers["Fabrikam"]]
    assert "1 customer is read now." in post(world, "read", ids=ids[:1]).content.decode()
    again = post(world, "read", ids=ids).content.decode()
    assert "1 customer is read now." in again
    assert "Contoso left out: asked for less than a minute ago" in again


@pytest.mark.parametrize("what", ["tag", "manage", "groups"])
def test_a_dialog_asks_first_and_an_empty_wish_is_asked_for_again(customers, world, what):
    asked = post(world, what, ids=[customers["Contoso"]])
    assert asked.status_code == 200
    assert 'name="sent"' in asked.content.decode()
    refused = post(world, what, ids=[customers["Contoso"]], sent="1")
    assert refused.status_code == 422
    assert refused["HX-Retarget"] == "#tn-asked"


def test_nothing_selected_is_refused(customers, world):
    answer = post(world, "tag", tags="Gold", sent="1")
    assert answer.status_code == 422
    assert "Select customers first." in answer.content.decode()


def test_more_than_500_at_once_are_refused(customers, world):
    with world.alpenrand.scope():
        Customer.objects.bulk_create(
            Customer(number=1000 + each, organisation=f"Firm {each}", sort_key=f"firm {each}", country="DE",
                     kind="m365", data_centre="ch-north", state="active")
            for each in range(500)
        )  # fmt: skip
    answer = post(world, "read", all="1", state="")
    assert answer.status_code == 422
    assert "At most 500 customers at once." in answer.content.decode()


def test_the_drawer_shows_what_needs_somebody_and_each_figure_with_its_age(customers, world):
    page = world.alpenrand.browser("Sophie").get(f"/customers/{customers['Litware']}/drawer").content.decode()
    assert "consent has ended" in page
    assert "unknown (no consent)" in page
    assert "C-00042" in page
    other = world.alpenrand.browser("Sophie").get(f"/customers/{customers['Contoso']}/drawer").content.decode()
    assert re.search(r'">214</a>.*?just now', other, re.S)


def test_the_row_menu_and_the_filters_are_fetched_when_they_are_opened(customers, world):
    sophie = world.alpenrand.browser("Sophie")
    menu = sophie.get(f"/customers?row={customers['Contoso']}", headers={**FRAGMENT, "HX-Target": "menu-customers"})
    assert f"/customers/{customers['Contoso']}/edit" in menu.content.decode()
    fields = sophie.get("/customers", headers={**FRAGMENT, "HX-Target": "filters-customers"}).content.decode()
    assert re.findall(r'name="f_country" value="(\w+)"', fields) == ["AT", "DE"]
    stranger = world.baltic.browser("Tomas").get(f"/customers?row={customers['Contoso']}",
                                                 headers={**FRAGMENT, "HX-Target": "menu-customers"})  # fmt: skip
    assert stranger.content == b""


def exported(world, query="", who="Sophie"):
    answer = world.alpenrand.browser(who).get(f"/customers/export?format=csv{query}")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_an_export_says_what_it_is_and_holds_the_rows_and_columns_shown(customers, world):
    lines = exported(world, "&sort=-customer&columns=number.users&f_mode=partner&f_mode=undecided")
    about = [line[0] for line in lines if line[0].startswith("#")]
    assert "# Filter: Management is Partner or To be configured; State is Active or Pending" in about
    assert "# Rows: 3" in about
    assert "# Unknown values: 1" in about
    assert lines[len(about) :] == [
        ["Customer", "Customer ID", "Users"],
        ["Litware", "C-00042", "unknown (no consent)"],
        ["Fabrikam", "C-00002", "538"],
        ["Contoso", "C-00001", "214"],
    ]


def test_names_that_could_be_formulas_leave_harmless(customers, world):
    with world.alpenrand.scope():
        Customer.objects.filter(organisation="Litware").update(organisation='=HYPERLINK("http://evil.example")')
        tag = Tag.objects.create(name="@SUM(1)")
        CustomerTag.objects.create(customer_id=customers["Contoso"], tag=tag)
    cells = [cell for line in exported(world) for cell in line]
    assert '\'=HYPERLINK("http://evil.example")' in cells
    assert "'@SUM(1)" in cells


def test_a_workbook_holds_numbers_as_numbers_and_a_sheet_about_itself(customers, world):
    answer = world.alpenrand.browser("Sophie").get("/customers/export?format=xlsx&columns=users.onboarded")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book["Rows"].iter_rows()]
    assert rows[0] == ["Customer", "Users", "Onboarded"]
    assert [row[1] for row in rows[1:]] == [214, 538, "unknown (no consent)"]
    assert dict(book["About"].iter_rows(values_only=True))["Rows"] == "3"


def test_selected_rows_are_exported_alone(customers, world):
    answer = post(world, "export", ids=[customers["Litware"]], state="?q=contoso", format="csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines if not line[0].startswith("#")] == ["Customer", "Litware"]


def test_who_may_not_export_sees_no_button_and_gets_403(customers, world):
    lena = world.alpenrand.browser("Lena")
    assert "/customers/export" not in lena.get("/customers").content.decode()
    assert lena.get("/customers/export?format=csv").status_code == 403


def test_an_empty_list_offers_three_ways_to_begin(world):
    page = world.kiefer.browser("Urs").get("/customers").content.decode()
    assert [word for word in ("Send a link", "Import a file", "Read Partner Center") if word in page] == [
        "Send a link", "Import a file", "Read Partner Center",
    ]  # fmt: skip
    assert 'id="grid-customers-q"' not in page
