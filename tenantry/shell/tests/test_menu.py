"""The menu: each entry leads to a page that its holder may open, and stands nowhere under another address."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tenantry.kernel import registry
from tenantry.portal.access import actions
from tenantry.portal.access.rules import Wish
from tenantry.shell import navigation
from tests.rules import rule
from tests.world import newcomer

pytestmark = pytest.mark.django_db

OFFERED = [navigation.HOME, *(entry for manifest in registry.manifests() for entry in manifest.menu)]
GRANTED = [(entry, permission) for entry in OFFERED for permission in entry.permissions]


def holder_of(firm, permission: str):
    """The browser of somebody new who holds this permission and nothing else; None where no role can give it."""
    known = {name for manifest in registry.manifests() for name in manifest.permissions}
    if permission not in known:
        return None
    with firm.scope() as opened:
        wish = Wish("One thing", "", frozenset({permission}), everywhere=True, groups=frozenset())
        role = actions.create_role(opened.actor, wish)
        firm.people["Ada"] = actions.add_person(opened.actor, newcomer("Ada", "Stone", "Nordlicht"), [role]).pk
    return firm.browser("Ada")


@rule("ACC-30")
@pytest.mark.parametrize(("entry", "permission"), GRANTED, ids=lambda one: getattr(one, "href", one))
def test_a_holder_of_one_of_its_permissions_opens_the_entry(entry, permission, world):
    """Given each present menu entry, its path answers 200 to a holder of one of its permissions."""
    browser = holder_of(world.nordlicht, permission)
    if browser is None:
        assert registry.area_of(f"tenantry.portal.{permission.partition('.')[0]}") == "shared"  # an absent folder's
        return
    assert browser.get(entry.href).status_code == 200


@rule("ACC-30")
def test_no_page_shows_an_entry_under_another_path(world):
    """Given each present menu entry, no page of the portal shows it under another path."""
    paths = defaultdict(set)
    henrik = world.nordlicht.browser("Henrik")
    for page in ("/home", "/customers", "/settings", "/settings/roles", "/licenses/settings/users", "/profile"):
        shown = henrik.get(page).context
        for group in shown["navigation"]():
            for entry in group.entries:
                paths[shown["area"](), str(entry.title)].add(entry.href)
    assert paths
    assert {key: hrefs for key, hrefs in paths.items() if len(hrefs) > 1} == {}


def test_who_holds_nothing_of_an_entry_does_not_see_it(world):
    assert 'href="/customers"' not in world.alpenrand.browser("Mira").get("/profile").content.decode()
