"""Opening partners, adding people, giving and taking roles, making groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenantry.kernel import ports, scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact
from tenantry.kernel.residency import claims
from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import GroupWish, NewPartner, NewPerson
from tenantry.portal.access.models import Role
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import Customer, CustomerGroup, GroupMember
from tenantry.portal.partners.models import Policy
from tenantry.portal.people.models import Person, Session
from tests.rules import rule

REGION = "de-westcentral"
PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db


def newcomer(email, first="Jonas", last="Weber"):
    return NewPerson(email, first, last, PASSWORD)


def opening(name="Alpenrand IT", country="DE", email="sophie@alpenrand.example"):
    return actions.open_partner(system(0, REGION), NewPartner(name, country), newcomer(email, "Sophie", "Lindqvarn"))


def actor(person):
    return ports.resolver().actor(person.pk if isinstance(person, Person) else person)


def wish(*permissions, name="Technician", groups=(), everywhere=False):
    return Wish(name, "", frozenset(permissions), everywhere, frozenset(groups))


def facts(name):
    return [values(row) for row in Fact.objects.filter(name=name).order_by("at")]


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alpenrand():
    opened = opening()
    with scope.route(opened.partner, opened.region):
        yield opened


@pytest.fixture
def sophie(alpenrand):
    return actor(alpenrand.owner)


@pytest.fixture
def jonas(sophie):
    role = actions.create_role(sophie, wish("customers.view", everywhere=True))
    return actions.add_person(sophie, newcomer("jonas@alpenrand.example"), [role])


@pytest.fixture
def second(sophie):
    """A second administrator."""
    return actions.add_person(sophie, newcomer("nele@alpenrand.example", "Nele"), [queries.administrators()])


@pytest.fixture
def customers(alpenrand):
    names = ("Contoso", "Fabrikam", "Northwind")
    return [
        Customer.of_partner.create(number=number, organisation=name, country="DE", kind="m365", data_centre=REGION)
        for number, name in enumerate(names, 1)
    ]


@pytest.fixture
def north(sophie, customers):
    return actions.create_group(sophie, GroupWish("North", "", 1, frozenset({customers[0].pk})))


def test_a_partner_opens_in_the_region_of_its_country_with_its_owner(alpenrand, sophie):
    assert (alpenrand.region, sophie.label) == (REGION, "Sophie Lindqvarn")
    assert sophie.everywhere("people.manage")
    assert claims.route("email", "SOPHIE@alpenrand.example") == (alpenrand.partner, REGION)
    assert facts("partners.owner_confirmed") == [{"partner": alpenrand.partner, "person": alpenrand.owner}]


def test_an_address_opens_one_partner_only(alpenrand):
    with pytest.raises(Conflict):
        opening("Baltic Cloud", email="Sophie@Alpenrand.Example")


def test_a_country_whose_data_centre_is_not_offered_is_refused():
    with pytest.raises(Refused) as caught:
        opening("Kangaroo IT", "AU")
    assert caught.value.field == "country"


def test_a_person_is_added_with_its_roles_in_one_fact(sophie, jonas):
    assert actor(jonas).holds("customers.view")
    invited = facts("people.person_invited")[-1]
    assert (invited["person"], len(invited["roles"])) == (jonas.pk, 1)
    assert facts("access.role_assigned") == []


def test_an_address_is_here_once_however_it_is_written(sophie, jonas):
    with pytest.raises(Refused) as caught:
        actions.add_person(sophie, newcomer("JONAS@alpenrand.example"), [queries.administrators()])
    assert caught.value.field == "email"


@rule("ACC-13")
def test_an_address_of_another_partner_is_added_as_any_other(alpenrand):
    """An address of Baltic Cloud is added without a word about it, and goes on leading to Baltic Cloud."""
    baltic = opening("Baltic Cloud", email="tomas@baltic.example")
    with scope.route(alpenrand.partner, REGION):
        person = actions.add_person(
            actor(alpenrand.owner), newcomer("tomas@baltic.example"), [queries.administrators()]
        )
        assert person.state == Person.State.ACTIVE
    assert claims.route("email", "tomas@baltic.example").partner == baltic.partner


@pytest.mark.parametrize("password", ["short", "password1234", "sophisticated-nobody", "my alpenrand it secret"])
def test_a_weak_first_password_is_refused(sophie, password):
    new = replace(newcomer("nobody@alpenrand.example"), password=password)
    with pytest.raises(Refused) as caught:
        actions.add_person(sophie, new, [queries.administrators()])
    assert caught.value.field == "password"


def test_a_person_needs_at_least_one_role(sophie):
    with pytest.raises(Refused):
        actions.add_person(sophie, newcomer("new@alpenrand.example"), [])


@rule("ACC-16")
def test_a_person_with_every_grantable_permission_cannot_add_a_person(sophie):
    """Without being an administrator, every grantable permission does not let one add people."""
    every = [name for name, known in queries.catalogue().items() if known.grantable]
    role = actions.create_role(sophie, wish(*every, name="Everything", everywhere=True))
    other = actor(actions.add_person(sophie, newcomer("mira@alpenrand.example"), [role]))
    with pytest.raises(NotAllowed):
        actions.add_person(other, newcomer("new@alpenrand.example"), [role])


def test_a_role_without_permissions_is_refused(sophie):
    with pytest.raises(Refused):
        actions.create_role(sophie, wish(everywhere=True))


def test_a_role_name_is_taken_however_it_is_written(sophie, jonas):
    with pytest.raises(Refused) as caught:
        actions.create_role(sophie, wish("customers.view", name="TECHNICIAN", everywhere=True))
    assert caught.value.field == "name"


def test_a_change_of_a_role_holds_from_the_next_request_on(sophie, jonas):
    role = Role.objects.get(name="Technician")
    actions.edit_role(sophie, role, wish("customers.view", "customers.edit", everywhere=True), role.version)
    assert actor(jonas).holds("customers.edit")
    assert facts("access.role_changed")[0]["role"] == role.pk


def test_a_stale_role_form_is_refused(sophie, jonas):
    role = Role.objects.get(name="Technician")
    actions.edit_role(sophie, role, wish("customers.view", "customers.sync", everywhere=True), role.version)
    with pytest.raises(Conflict):
        actions.edit_role(sophie, role, wish("customers.view", everywhere=True), role.version)


def test_a_permission_of_an_absent_folder_stays_with_the_role(sophie, jonas):
    Role.objects.filter(name="Technician").update(permissions=["customers.view", "gone.view"])
    role = Role.objects.get(name="Technician")
    actions.edit_role(sophie, role, wish("customers.view", "customers.sync", everywhere=True), role.version)
    assert "gone.view" in Role.objects.get(name="Technician").permissions
    assert not actor(jonas).holds("gone.view")


def test_the_built_in_role_is_neither_changed_nor_deleted(sophie):
    role = queries.administrators()
    with pytest.raises(Refused):
        actions.edit_role(sophie, role, wish("customers.view", everywhere=True), role.version)
    with pytest.raises(Refused):
        actions.delete_role(sophie, role)


def test_a_role_that_people_hold_is_deleted_only_by_moving_them(sophie, jonas):
    held, other = (
        Role.objects.get(name="Technician"),
        actions.create_role(sophie, wish("customers.view", name="Help desk", everywhere=True)),
    )
    with pytest.raises(Refused):
        actions.delete_role(sophie, held)
    actions.delete_role(sophie, held, move_to=other)
    assert queries.role_names(jonas.pk) == ["Help desk"]


@rule("ACC-17")
def test_the_owner_keeps_the_role_and_the_account(sophie, second, alpenrand):
    """The owner cannot be demoted or deactivated."""
    owner = Person.objects.get(pk=alpenrand.owner)
    with pytest.raises(Refused):
        actions.withdraw_role(actor(second), queries.administrators(), owner)
    with pytest.raises(Refused):
        actions.deactivate(actor(second), owner)


def test_nobody_gives_up_its_own_role_administrators(second):
    with pytest.raises(Refused):
        actions.withdraw_role(actor(second), queries.administrators(), second)


def test_a_demoted_administrator_is_rechecked_under_the_partners_lock(sophie, second, jonas):
    late = actor(second)
    actions.withdraw_role(sophie, queries.administrators(), second)
    with pytest.raises(NotAllowed):
        actions.withdraw_role(late, Role.objects.get(name="Technician"), jonas)


def test_deactivation_ends_sessions_and_roles_at_once(sophie, jonas):
    session, _key = Session.open(jonas, Policy.objects.get(), method="password", address="", browser="")
    actions.deactivate(sophie, jonas)
    assert not Session.objects.alive().filter(pk=session.pk).exists()
    assert facts("people.session_ended")[0]["reason"] == "deactivated"
    actions.activate(sophie, Person.objects.get(pk=jonas.pk))
    assert actor(jonas).holds("customers.view")


def test_a_refused_act_leaves_nothing_behind(sophie, second):
    """The last administrator is seen only after the write; the write is undone though the page goes on."""
    Person.objects.filter(pk=sophie.id).update(owner=False, state=Person.State.DEACTIVATED)
    with pytest.raises(Refused):
        actions.deactivate(replace(sophie, kind="system"), second)
    assert Person.objects.get(pk=second.pk).state == Person.State.ACTIVE


def test_nobody_deactivates_oneself(sophie, second):
    with pytest.raises(Refused):
        actions.deactivate(actor(second), second)


def test_a_group_guards_while_a_role_reaches_it(sophie, north):
    role = actions.create_role(sophie, wish("customers.view", groups=[north.pk]))
    assert CustomerGroup.objects.get(pk=north.pk).guards
    with pytest.raises(Refused):
        actions.delete_group(sophie, north)
    actions.delete_role(sophie, role)
    assert not CustomerGroup.objects.get(pk=north.pk).guards
    actions.delete_group(sophie, north)
    assert not CustomerGroup.objects.exists()


@rule("ACC-18")
def test_moving_a_customer_over_a_guarded_group_needs_all_customers(sophie, north, customers):
    """Without `access.groups` over all customers nobody moves a customer over a group that guards."""
    role = actions.create_role(sophie, wish("customers.view", "access.groups", "access.view", groups=[north.pk]))
    limited = actor(actions.add_person(sophie, newcomer("jonas@alpenrand.example"), [role]))
    group = CustomerGroup.objects.get(pk=north.pk)
    with pytest.raises(NotAllowed):
        actions.edit_group(limited, group, GroupWish("North", "", 1, frozenset()), queries.stamp(group))
    assert GroupMember.of_partner.filter(group=north).count() == 1


def test_customers_that_the_editor_cannot_see_stay_in_the_group(sophie, north, customers):
    group = actions.create_group(sophie, GroupWish("Mixed", "", 2, frozenset(row.pk for row in customers)))
    role = actions.create_role(sophie, wish("customers.view", "access.groups", "access.view", groups=[north.pk]))
    limited = actor(actions.add_person(sophie, newcomer("jonas@alpenrand.example"), [role]))
    actions.edit_group(limited, group, GroupWish("Mixed", "", 2, frozenset()), queries.stamp(group))
    left = set(GroupMember.of_partner.filter(group=group).values_list("customer_id", flat=True))
    assert left == {customers[1].pk, customers[2].pk}


def test_a_customer_that_joined_since_the_form_was_made_stays(sophie, north, customers):
    form = GroupWish("North", "", 1, frozenset({customers[0].pk}), known=frozenset({customers[0].pk}))
    GroupMember.objects.create(group=north, customer=customers[2])
    actions.edit_group(sophie, north, form, queries.stamp(north))
    assert GroupMember.of_partner.filter(group=north).count() == 2


def test_a_stale_group_form_is_refused(sophie, north):
    with pytest.raises(Conflict):
        actions.edit_group(sophie, north, GroupWish("South", "", 1, frozenset()), "2026-01-01T00:00:00+00:00")


def test_who_joins_and_leaves_a_group_is_recorded(sophie, north, customers):
    actions.edit_group(sophie, north, GroupWish("North", "", 1, frozenset({customers[1].pk})), queries.stamp(north))
    assert [row["customer_id"] for row in facts("customers.customer_left_group")] == [customers[0].pk]
    assert [row["customer_id"] for row in facts("customers.customer_joined_group")][-1] == customers[1].pk
