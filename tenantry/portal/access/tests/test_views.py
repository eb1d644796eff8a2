"""Users, roles and customer groups, through their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.kernel import clock
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.portal.access.models import Role
from tenantry.portal.customers.models import CustomerGroup, GroupMember
from tenantry.portal.people.models import SignInTries
from tests.rules import rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


def role(world, name="Technicians North"):
    with world.alpenrand.scope():
        return Role.objects.with_groups().get(name=name)


def role_form(stored, **changed):
    groups = ["0"] if stored.everywhere else [str(group) for group in stored.reach]
    return {
        "name": stored.name, "description": stored.description, "permissions": stored.permissions, "groups": groups,
        "version": stored.version, "act": "save",
    } | changed  # fmt: skip


def text(answer):
    return answer.content.decode()


def test_users_are_listed_by_role_and_found_by_name(sophie, world):
    assert all(name in text(sophie.get("/settings/users")) for name in ("Sophie", "Jonas", "Mira"))
    in_role = text(sophie.get(f"/settings/users?view={role(world).pk}"))
    assert "jonas@alpenrand.example" in in_role
    assert "mira@alpenrand.example" not in in_role
    assert "mira@alpenrand.example" in text(sophie.get("/settings/users?q=mira+kell"))


def test_users_are_filtered_by_state(sophie, world):
    sophie.post(f"/settings/users/{world.alpenrand.people['Jonas']}/deactivate")
    with world.alpenrand.scope():
        SignInTries.objects.create(
            person_id=world.alpenrand.people["Lena"], locked_until=clock.now() + timedelta(hours=1)
        )
    gone = text(sophie.get("/settings/users?f_state=deactivated"))
    assert ("jonas@" in gone, "sophie@" in gone) == (True, False)
    locked = text(sophie.get("/settings/users?f_state=locked"))
    assert ("lena@" in locked, "Locked" in locked, "sophie@" in locked) == (True, True, False)
    sophie.post(f"/settings/users/{world.alpenrand.people['Lena']}/unlock")
    assert "lena@" not in text(sophie.get("/settings/users?f_state=locked"))


def test_users_of_a_stranger_are_not_listed(sophie):
    assert "baltic" not in text(sophie.get("/settings/users?q=tomas")).lower()


@pytest.mark.parametrize(
    "query", ["view=x", "view=99999999999999999999999", "after=zzz", "sort=-nothing", "f_state=%00", "q=%00", "q=%25"]
)
def test_an_odd_address_of_the_list_still_answers(sophie, query):
    assert sophie.get(f"/settings/users?{query}").status_code == 200


def test_a_role_is_given_and_taken(sophie, world):
    mira = f"/settings/users/{world.alpenrand.people['Mira']}"
    sophie.post(f"{mira}/roles", {"role": role(world).pk})
    assert sophie.post(f"{mira}/roles/take", {"role": role(world).pk}).status_code == 302
    assert sophie.post(f"{mira}/roles/take", {"role": role(world).pk}).status_code == 422


def test_a_deactivated_person_is_out_at_the_next_request(sophie, world):
    jonas = world.alpenrand.browser("Jonas")
    assert jonas.get("/profile").status_code == 200
    sophie.post(f"/settings/users/{world.alpenrand.people['Jonas']}/deactivate")
    assert jonas.get("/profile").status_code == 302


def test_one_cannot_deactivate_oneself_from_the_page(sophie, world):
    assert sophie.post(f"/settings/users/{world.alpenrand.people['Sophie']}/deactivate").status_code == 422


def test_a_preset_fills_a_new_role(sophie):
    page = text(sophie.get("/settings/roles/new?preset=help_desk"))
    assert 'value="customers.sync" checked' in page
    assert 'value="customers.edit" checked' not in page


def test_a_role_is_made_from_the_editor(sophie, world):
    group = world.alpenrand.groups["South"]
    sent = {"name": "South", "permissions": ["customers.view", "customers.edit"], "groups": [group], "act": "save"}
    assert sophie.post("/settings/roles/new", sent).status_code == 302
    assert role(world, "South").reach == [group]


@pytest.mark.parametrize(
    "wrong", [{"permissions": []}, {"groups": []}, {"name": "x"}, {"permissions": ["people.manage"]}]
)
def test_a_role_without_permissions_or_scope_is_refused(sophie, world, wrong):
    stored = role(world)
    assert sophie.post(f"/settings/roles/{stored.pk}", role_form(stored, **wrong)).status_code == 422
    assert role(world).version == stored.version


def test_the_editor_says_who_gains_and_loses_before_anything_is_saved(sophie, world):
    stored = role(world)
    wished = [*stored.permissions, "customers.disconnect"]
    sent = role_form(stored, permissions=wished, groups=[world.alpenrand.groups["South"]], act="preview")
    page = text(sophie.post(f"/settings/roles/{stored.pk}", sent))
    assert "Jonas Weber" in page
    assert "Save role, 1 person changes" in page
    assert page.count("See 1 customer") == 2  # one gained, one lost
    assert role(world).version == stored.version


@pytest.mark.parametrize("page", ["roles/new", "customer-groups/new"])
def test_enter_in_a_field_shows_what_changes_and_does_not_save(sophie, page):
    """A browser presses the first button of the form, which may stand in the page's head."""
    shown = text(sophie.get(f"/settings/{page}"))
    assert 0 < shown.index('value="preview"') < shown.index('value="save"')


def test_a_change_holds_at_the_holders_next_request(sophie, world):
    stored, jonas = role(world), world.alpenrand.browser("Jonas")
    assert jonas.get("/settings/users").status_code == 403
    sent = role_form(stored, permissions=[*stored.permissions, "people.view"])
    assert sophie.post(f"/settings/roles/{stored.pk}", sent).status_code == 302
    assert jonas.get("/settings/users").status_code == 200


def test_a_stale_role_form_answers_409_and_shows_both(sophie, world):
    stored = role(world)
    sophie.post(f"/settings/roles/{stored.pk}", role_form(stored, name="Northerners"))
    answer = sophie.post(f"/settings/roles/{stored.pk}", role_form(stored, name="Nordics"))
    assert answer.status_code == 409
    for shown in ("Changed by Sophie Lindqvarn at", "Northerners", "Nordics"):
        assert shown in text(answer)


def test_a_role_in_use_is_deleted_by_moving_its_people(sophie, world):
    stored, readers = role(world), role(world, "Readers")
    assert sophie.post(f"/settings/roles/{stored.pk}/delete").status_code == 422
    assert sophie.post(f"/settings/roles/{stored.pk}/delete", {"move_to": readers.pk}).status_code == 302
    assert "jonas@" in text(sophie.get(f"/settings/users?view={readers.pk}"))


def test_the_catalogue_lists_every_permission_of_present_folders(sophie):
    page = text(sophie.get("/settings/roles/permissions"))
    assert "customers.disconnect" in page
    assert "devices.wipe" not in page


def test_a_group_takes_the_customers_that_were_ticked(sophie, world):
    contoso, fabrikam = (world.alpenrand.customers[name] for name in ("Contoso", "Fabrikam"))
    group = world.alpenrand.groups["South"]
    with world.alpenrand.scope():
        stamp = CustomerGroup.objects.get(pk=group).changed_at.isoformat()
    sent = {"name": "South", "colour": 2, "stamp": stamp, "listed": [contoso, fabrikam], "members": [fabrikam],
            "customers": [contoso]}  # fmt: skip
    page = text(sophie.post(f"/settings/customer-groups/{group}", sent))
    assert ("1 customer enters" in page, "1 customer leaves" in page) == (True, True)
    assert sophie.post(f"/settings/customer-groups/{group}", sent | {"act": "save"}).status_code == 302
    with world.alpenrand.scope():
        assert [member.customer_id for member in GroupMember.of_partner.filter(group=group)] == [contoso]


def test_a_group_that_a_role_uses_is_not_deleted(sophie, world):
    answer = sophie.post(f"/settings/customer-groups/{world.alpenrand.groups['North']}/delete")
    assert (answer.status_code, "Roles: 1" in text(answer)) == (422, True)


def test_a_stale_group_form_answers_409(sophie, world):
    sent = {"name": "Elsewhere", "colour": 1, "stamp": "2026-01-01", "act": "save"}
    assert sophie.post(f"/settings/customer-groups/{world.alpenrand.groups['South']}", sent).status_code == 409


def test_a_refused_page_is_recorded_once_a_minute(world):
    mira = world.alpenrand.browser("Mira")
    assert [mira.get("/settings/users").status_code for _time in range(3)] == [403] * 3
    with world.alpenrand.scope():
        told = [values(row) for row in Fact.objects.filter(name="access.access_refused")]
    assert told == [{"permission": "people.view", "count": 1}]


@rule("ACC-16")
def test_a_technician_adds_nobody(world):
    """Every change on Users is for administrators."""
    jonas = world.alpenrand.browser("Jonas")
    assert jonas.post("/settings/users/new", {"emails": "nele@alpenrand.example"}).status_code == 403


@pytest.mark.parametrize("page", ["roles", "customer-groups", "users"])
def test_a_thing_of_another_partner_is_not_there(world, page):
    things = {
        "roles": role(world).pk,
        "customer-groups": world.alpenrand.groups["North"],
        "users": world.alpenrand.people["Jonas"],
    }
    assert world.baltic.browser("Tomas").get(f"/settings/{page}/{things[page]}").status_code == 404
