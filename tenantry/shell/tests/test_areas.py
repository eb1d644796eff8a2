"""Two areas of one portal: one for who serves customers, one for who distributes, a switch for who does both."""

from __future__ import annotations

import pytest

from tenantry.kernel.errors import NotAllowed
from tenantry.kernel.web.page import Mark
from tenantry.portal.partners.actions import grant_distributor
from tenantry.shell import commands
from tests.frame import pages
from tests.rules import rule
from tests.test_permissions import ask, path_of
from tests.world import Firm, firm

pytestmark = pytest.mark.django_db


def _of_services(page) -> bool:
    """Whether somebody must be signed in for it; where a link leads, nobody is asked who they are."""
    led = page.needs is Mark.LINK and page.route != "connect/microsoft"
    return getattr(page.view, "area", "") == "services" and not led


SERVICES = [page for page in pages.pages() if _of_services(page)]


@pytest.fixture
def wholesale(world) -> Firm:  # its passwords are hashed quickly
    """A partner that only distributes."""
    return firm("Wholesale North", "DE", "Ida Holm", capabilities=("distributor",))


@rule("ACC-20")
def test_who_only_distributes_finds_no_customers_and_no_services_tab(wholesale):
    """Given only `distributor`, /customers answers 404 and no Services tab shows."""
    ida = wholesale.browser("Ida")
    assert ida.get("/customers").status_code == 404
    page = ida.get("/settings").content.decode()
    assert "tn-areas" not in page
    assert "Services" not in page
    assert 'href="/customers"' not in page
    assert 'href="/licenses/settings/users"' in page


@rule("ACC-20")
@pytest.mark.parametrize("page", SERVICES, ids=lambda page: page.route)
def test_no_page_of_services_answers_who_only_distributes(page, wholesale, world):
    """Given only `distributor`, every address of the Services area, of pages and API, answers 404."""
    assert ask(wholesale.browser("Ida"), page, path_of(page, world)) == 404


def test_who_only_distributes_arrives_at_the_first_entry_of_its_area(wholesale):
    ida = wholesale.browser("Ida")
    assert ida.get("/").url == "/licenses/settings/users"
    assert ida.get("/licenses/settings/users").status_code == 200


def test_who_only_serves_customers_finds_no_page_of_licences(world):
    sophie = world.alpenrand.browser("Sophie")
    assert sophie.get("/licenses/settings/users").status_code == 404
    assert "tn-areas" not in sophie.get("/customers").content.decode()


def test_who_does_both_turns_from_one_area_to_the_other_and_finds_it_again(world):
    henrik = world.nordlicht.browser("Henrik")
    assert "tn-areas" in henrik.get("/customers").content.decode()
    assert henrik.post("/area", {"area": "licenses"}).url == "/licenses/settings/users"
    again = world.nordlicht.browser("Henrik")
    assert again.get("/").url == "/licenses/settings/users"
    assert 'href="/customers"' not in again.get("/profile").content.decode()


def test_both_areas_list_the_same_people(world):
    henrik = world.nordlicht.browser("Henrik")
    for path in ("/settings/users", "/licenses/settings/users"):
        assert "henrik@nordlicht.example" in henrik.get(path).content.decode()


def test_an_area_that_is_closed_cannot_be_chosen(world):
    assert world.alpenrand.browser("Sophie").post("/area", {"area": "licenses"}).status_code == 404
    assert world.nordlicht.browser("Henrik").post("/area", {"area": "shared"}).status_code == 404


def test_a_holder_of_nothing_sees_no_switch(world):
    assert "tn-areas" not in world.alpenrand.browser("Mira").get("/profile").content.decode()


def test_the_operator_lets_a_partner_distribute(world, capsys):
    partner = world.alpenrand.opened.partner
    assert commands.grant_distributor(partner) == 0
    assert commands.grant_distributor(partner) == 0
    assert "Alpenrand IT could do so already." in capsys.readouterr().out
    assert world.alpenrand.browser("Sophie").get("/licenses/settings/users").status_code == 200


def test_a_partner_that_nobody_knows_is_told_so(db, capsys):
    assert commands.grant_distributor(999_999) == 1
    assert "No partner has the number 999999." in capsys.readouterr().out


def test_a_directory_belongs_to_one_partner_and_is_a_tenant_id(world, capsys):
    own = "6babcaad-604b-40ac-a9d7-9fd97c0b779f"
    assert commands.name_directory(world.alpenrand.opened.partner, "alpenrand.example") == 1
    assert commands.name_directory(world.alpenrand.opened.partner, own) == 0
    assert commands.name_directory(world.baltic.opened.partner, own) == 1
    assert "Another partner has named this directory" in capsys.readouterr().out


def test_no_person_grants_it_to_its_own_partner(world):
    with world.alpenrand.acting("Sophie") as opened, pytest.raises(NotAllowed):
        grant_distributor(opened.actor)
