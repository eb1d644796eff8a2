"""One table: every address of the product, as nobody, a stranger, two colleagues and an administrator.

Rows come from the URL list, so no page can be missing. What a path names must be a thing of the test world, below.
"""

from __future__ import annotations

import re
import secrets
import uuid
from contextlib import ExitStack, contextmanager

import pytest
from django.db import transaction

from tenantry.engines.durable.models import Work
from tenantry.engines.inventory.models import RoleDefinition, Source, TenantGroup
from tenantry.kernel import clock, links
from tenantry.kernel.web.page import Mark
from tenantry.portal.access import queries as access
from tenantry.portal.access.models import Role
from tenantry.portal.customers.models import AppProfile, AuthorizationLink, Draft, Tenant
from tenantry.portal.notifications.models import Notice
from tenantry.portal.people.models import Invitation, Passkey, Person, Reset, SavedView
from tests import plugin
from tests.frame import pages
from tests.frame.pages import Page

PAGES = [page for page in pages.pages() if page.name not in pages.MACHINES]
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\{(?:\w+:)?(\w+)\}")

pytestmark = pytest.mark.django_db


def _notice(world) -> int:
    """A notice of Sophie's."""
    with world.alpenrand.scope():
        sophie = world.alpenrand.people["Sophie"]
        return Notice.objects.create(person_id=sophie, kind="x", fact_id=uuid.uuid4(), at=clock.now()).pk


def _task(world) -> int:
    """A task that failed."""
    now = clock.now()
    with world.alpenrand.scope():
        return Work.objects.create(workflow="x", name="x", state="parked", made_at=now, asked_at=now).pk


def _role(world) -> int:
    """The role of the technicians."""
    with world.alpenrand.scope():
        return Role.objects.get(name="Technicians North").pk


def _draft(world) -> int:
    """A wizard of Jonas's, which administrators may take over."""
    with world.alpenrand.scope():
        return Draft.objects.create(person_id=world.alpenrand.people["Jonas"], kind="m365", step=2).pk


def _tenant(world, customer: str = "Contoso") -> int:
    """The tenant of a customer."""
    with world.alpenrand.scope():
        return Tenant.objects.get(customer_id=world.alpenrand.customers[customer]).pk


def _profile(world, customer: str = "Contoso") -> int:
    """The app that a customer has consented to."""
    with world.alpenrand.scope():
        tenant = Tenant.objects.get(pk=_tenant(world, customer))
        return AppProfile.objects.create(customer_id=tenant.customer_id, tenant=tenant, app="insight").pk


def _view(world) -> int:
    """A view of a list that Sophie saved."""
    with world.alpenrand.scope():
        return SavedView.objects.create(person_id=world.alpenrand.people["Sophie"], list="customers", name="Mine").pk


def _link(world, model) -> str:
    """The token of a link that is good; a person's who has yet to accept, or who has forgotten its password."""
    with world.alpenrand.scope() as opened:
        if model is Reset:
            return links.token(Reset.make(Person.objects.get(pk=world.alpenrand.people["Jonas"])))
        person = Person.objects.filter(state="invited").first() or Person.add(email="nele@alpenrand.example")
        known = Invitation.objects.filter(person=person).first() or Invitation.make(person, opened.actor.id)
        return links.token(known)


def _authorization(world, customer: str = "Contoso") -> int:
    """An authorization link that leads to a customer."""
    with world.alpenrand.scope():
        draft = Draft.objects.create(person_id=world.alpenrand.people["Jonas"], kind="link", step=4)
        link = AuthorizationLink(customer_id=world.alpenrand.customers[customer], draft=draft, email="a@b.example")
        link.begin(draft.person_id)
        return link.pk


def _passkey(world) -> int:
    with world.alpenrand.scope():
        return Passkey.objects.create(
            person_id=world.alpenrand.people["Sophie"], name="Telephone", credential_id=secrets.token_bytes(16),
            public_key=b"", sign_count=0, added_at=clock.now(),
        ).pk  # fmt: skip


def _observed(model):
    """A thing of a customer's tenant, as it was read."""

    def made(world, customer: str = "Contoso") -> int:
        with world.alpenrand.scope():
            source, _made = Source.objects.get_or_create(
                customer_id=world.alpenrand.customers[customer], tenant_id=f"{customer}-0001", cloud="simulator",
                defaults={"region": "de-westcentral", "connected_at": clock.now()},
            )  # fmt: skip
            values = {"source": source, "customer_id": source.customer_id, "object_id": uuid.uuid4(), "hash": b"",
                      "body": "{}", "changed_at": clock.now()}  # fmt: skip
            return model.objects.create(**values).pk

    return made


# What each parameter of a path shows: a thing of Alpenrand IT that Jonas may see unless it is the whole partner's, or
# a thing of Sophie's own that nobody else finds.
THINGS = {
    "customer_id": lambda world: world.alpenrand.customers["Contoso"],
    "passkey_id": _passkey,
    "session_id": lambda world: world.alpenrand.session("Sophie")[0].pk,
    "notice_id": _notice,
    "person_id": lambda world: world.alpenrand.people["Jonas"],
    "group_id": lambda world: world.alpenrand.groups["North"],
    "work_id": _task,
    "role_id": _role,
    "draft_id": _draft,
    "tenant_id": _tenant,
    "profile_id": _profile,
    "link_id": _authorization,
    "view_id": _view,
    "list_key": lambda _world: "customers",
    "key": lambda _world: "mail-1",
    "token": lambda _world: "1-0",
    "invitation/<str:token>": lambda world: _link(world, Invitation),  # of this path alone
    "password/reset/<str:token>": lambda world: _link(world, Reset),
    "tenant_group_id": _observed(TenantGroup),
    "tenant_role_id": _observed(RoleDefinition),
    "tenant_kind": lambda _world: "groups",
    "observed_id": _observed(TenantGroup),
}
ANYBODYS = {"list_key", "tenant_kind"}  # everybody keeps the lists in an own way
BEYOND = {  # the same of a customer that Jonas may not see
    "customer_id": lambda world: world.alpenrand.customers["Fabrikam"],
    "tenant_id": lambda world: _tenant(world, "Fabrikam"),
    "profile_id": lambda world: _profile(world, "Fabrikam"),
    "link_id": lambda world: _authorization(world, "Fabrikam"),
    "tenant_group_id": lambda world: _observed(TenantGroup)(world, "Fabrikam"),
    "tenant_role_id": lambda world: _observed(RoleDefinition)(world, "Fabrikam"),
    "observed_id": lambda world: _observed(TenantGroup)(world, "Fabrikam"),
}
OF_CUSTOMERS = set(BEYOND)  # who sees no customer does not find them

ANSWERED = {200, 204, 302, 400, 405, 409, 422}  # the page ran, and may have found fault with an empty form
ANYBODY = {200, 302, 405, 422}


def parameters(page: Page) -> set[str]:
    return {first or second for first, second in PARAMETER.findall(page.route)}


def path_of(page: Page, world, things=THINGS) -> str:
    """The address with things of the world in place of its parameters."""
    return "/" + PARAMETER.sub(
        lambda found: str(things.get(page.route, things[found[1] or found[2]])(world)), page.route
    )


def ask(client, page: Page, path: str) -> int:
    """The answer to the first method that the page takes, an empty form; whatever it did is undone."""
    with rolled_back():
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(client, method)(path, **({"content_type": "application/json"} if page.is_rest else {}))
            if answer.status_code != 405:
                return answer.status_code
    return 405


@contextmanager
def rolled_back():
    """Undo all that was written in any database."""
    with ExitStack() as stack:
        for alias in plugin.ALIASES:
            stack.enter_context(transaction.atomic(using=alias))
        yield
        for alias in plugin.ALIASES:
            transaction.set_rollback(True, using=alias)


def expected(page: Page) -> dict[str, set[int]]:
    """What each of the people should be told."""
    if page.needs in (Mark.PUBLIC, Mark.LINK):
        return dict.fromkeys(("nobody", "stranger", "Mira", "Lena", "Jonas", "Sophie"), ANYBODY | {404, 410})
    named, missing = parameters(page) - ANYBODYS, {404}
    nobody = {401} if page.is_rest else {302}
    if page.needs is Mark.OPERATOR or closed(page):
        return {"nobody": nobody} | dict.fromkeys(("stranger", "Mira", "Lena", "Jonas", "Sophie"), missing)
    if page.needs is Mark.SIGNED_IN:
        others = missing if named else ANSWERED | (missing if page.route == "settings" else set())  # no card, no page
        return {"nobody": nobody} | dict.fromkeys(("stranger", "Mira", "Lena", "Jonas"), others) | {"Sophie": ANSWERED}
    seen = ANSWERED if page.needs == "customers.view" else {403}
    return {
        "nobody": nobody,
        "stranger": missing if named else ANSWERED,
        "Mira": missing if named & OF_CUSTOMERS else {403},
        "Lena": seen,
        "Jonas": ANSWERED if technicians_hold(page.needs) else {403},
        "Sophie": ANSWERED,
    }


def closed(page: Page) -> bool:
    """None of the people distributes licences, and an empty form names no area to turn to."""
    return getattr(page.view, "area", "") == "licenses" or page.route == "area"


def technicians_hold(permission: str) -> bool:
    return any(permission in preset.permissions for preset in access.presets() if preset.key == "technician")


def browsers(world):
    yield "nobody", world.nobody
    yield "stranger", world.baltic.browser("Tomas")
    for name in ("Mira", "Lena", "Jonas", "Sophie"):
        yield name, world.alpenrand.browser(name)


def test_every_parameter_of_a_path_shows_a_thing_of_the_world():
    unknown = {(page.route, name) for page in PAGES for name in parameters(page) - THINGS.keys()}
    assert not unknown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.route or '(front)'} {page.needs}")
def test_each_of_the_people_is_told_what_it_should_be(page, world):
    path, wanted = path_of(page, world), expected(page)
    told = {name: ask(browser, page, path) for name, browser in browsers(world)}
    assert {name: status for name, status in told.items() if status not in wanted[name]} == {}


@pytest.mark.parametrize(
    "page", [page for page in PAGES if parameters(page) & OF_CUSTOMERS], ids=lambda page: page.route
)
def test_a_limited_colleague_does_not_find_customers_of_other_groups(page, world):
    path = path_of(page, world, THINGS | BEYOND)
    assert ask(world.alpenrand.browser("Jonas"), page, path) == 404


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.route or "(front)")
def test_a_post_without_the_forms_token_does_nothing(page, world):
    browser = world.alpenrand.browser("Sophie", enforce_csrf_checks=True)
    refused = {403, 404, 405} if page.needs is Mark.OPERATOR or closed(page) else {403, 405}
    refused |= {400} if page.is_rest else set()  # a foreign form cannot send the API's key header
    assert browser.post(path_of(page, world), {}).status_code in refused
