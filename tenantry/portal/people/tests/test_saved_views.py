"""Saved views of lists, and the columns that a person keeps, through the pages."""

from __future__ import annotations

import json
import re

import pytest

from tenantry.portal.people.models import SavedView

pytestmark = pytest.mark.django_db
LIST = "/settings/users"


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


def views(world, name="Sophie"):
    with world.alpenrand.scope():
        return list(SavedView.objects.of(world.alpenrand.people[name]).exclude(name=""))


def save(browser, name="Locked", query="?q=weber&sort=-name&columns=name.email"):
    return browser.post("/lists/users/views", {"name": name, "query": query, "next": LIST})


def test_a_saved_view_opens_with_its_search_order_and_columns(world, sophie):
    answer = save(sophie)
    page = sophie.get(answer["Location"]).content.decode()
    assert 'value="weber"' in page
    assert re.findall(r'hx-push-url="true">(Name|E-mail|Roles|Status|Added)', page) == ["E-mail", "Name"]
    assert "Jonas Weber" in page
    assert "Lena Brandt" not in page
    assert re.search(r'tn-active"[^>]*aria-current="page">Locked', page)


def test_the_tab_of_a_saved_view_counts_the_rows_that_it_opens(world, sophie):
    values = {"name": "Contoso alone", "query": "?q=contoso", "next": "/customers"}
    sophie.post("/lists/customers/views", values)
    page = sophie.get("/customers?q=nothing").content.decode()
    assert re.search(r'Contoso alone\s*<span class="tn-tab-count">1</span>', page)


def test_a_view_is_renamed_replaced_and_deleted(world, sophie):
    save(sophie)
    view = views(world)[0]
    sophie.post(f"/lists/views/{view.pk}", {"name": "  Jonas   alone ", "next": LIST})
    sophie.post(f"/lists/views/{view.pk}", {"query": "?q=lena", "next": LIST})
    assert [(each.name, each.query) for each in views(world)] == [("Jonas alone", "?q=lena")]
    sophie.post(f"/lists/views/{view.pk}/delete", {"next": LIST})
    assert views(world) == []


def test_nobody_else_finds_a_view(world, sophie):
    save(sophie)
    view, jonas = views(world)[0], world.alpenrand.browser("Jonas")
    assert jonas.post(f"/lists/views/{view.pk}", {"name": "Mine"}).status_code == 404
    assert jonas.post(f"/lists/views/{view.pk}/delete").status_code == 404
    assert "Locked" not in jonas.get("/customers").content.decode()


def test_the_address_of_a_view_shows_the_same_to_others_as_far_as_they_see_it(world, sophie):
    values = {"name": "Mine", "query": "?q=example&sort=-customer", "next": "/customers"}
    address = sophie.post("/lists/customers/views", values)["Location"]
    page = world.alpenrand.browser("Jonas").get(address).content.decode()
    assert 'value="example"' in page
    assert "Contoso" in page
    assert not [word for word in ("Fabrikam", "Mine", "This view") if word in page]


def test_the_51st_view_is_refused_and_so_is_a_name_that_is_taken(world, sophie):
    for number in range(50):
        save(sophie, f"View {number}")
    assert save(sophie, "One more").status_code == 422
    assert len(views(world)) == 50
    sophie.post(f"/lists/views/{views(world)[0].pk}/delete")
    assert save(sophie, "View 7").status_code == 409


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_needs_a_name_of_a_sensible_length(world, sophie, name):
    assert save(sophie, name).status_code == 422
    assert views(world) == []


def test_columns_and_page_size_are_kept_for_the_person_alone(world, sophie):
    sophie.post("/lists/users/layout", {"column": ["added", "name"], "height": "roomy", "next": LIST})
    sophie.post("/lists/users/layout", {"size": "25", "next": LIST})
    page = sophie.get(LIST).content.decode()
    assert re.findall(r'hx-push-url="true">(Name|E-mail|Roles|Status|Added)', page) == ["E-mail", "Added", "Name"]
    assert "tn-roomy" in page
    assert '<option value="25" selected>' in page
    sophie.post("/lists/users/layout", {"reset": "1", "next": LIST})
    assert "tn-roomy" not in sophie.get(LIST).content.decode()


def test_a_form_leads_back_into_the_list_and_nowhere_else(world, sophie):
    fetched = sophie.post("/lists/users/layout", {"size": "25", "next": f"{LIST}?q=x"}, headers={"HX-Request": "true"})
    where = json.loads(fetched["HX-Location"])
    assert where == {"path": f"{LIST}?q=x", "target": "#grid-users", "swap": "outerHTML"}
    elsewhere = sophie.post("/lists/users/layout", {"size": "25", "next": "//evil.example/x"})
    assert elsewhere["Location"] == "/"


def test_what_is_not_a_state_of_a_list_is_not_kept(world, sophie):
    save(sophie, "Odd", "?q=a%00b&size=7&columns=..&x=<script>&saved=9&after=zzz")
    assert views(world)[0].query == "?q=ab"
