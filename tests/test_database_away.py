"""A database that is away gives a clear page, and the portal recovers by itself."""

from __future__ import annotations

import pytest
from django.db import connections

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "de-westcentral"


@pytest.fixture
def away(monkeypatch):
    """Takes the region's database away and brings it back."""

    def take(where: str) -> None:
        connections[HERE].close()
        monkeypatch.setitem(connections[HERE].settings_dict, "HOST", where)

    there = connections[HERE].settings_dict["HOST"]
    yield lambda *, gone: take("/nowhere" if gone else there)
    take(there)


@pytest.mark.parametrize("path", ["/home", "/customers", "/profile", "/settings/users"])
def test_every_page_says_so_and_works_again_by_itself(world, away, path):
    sophie = world.alpenrand.browser("Sophie")
    away(gone=True)
    gone = sophie.get(path)
    assert (gone.status_code, gone["Retry-After"]) == (503, "5")
    assert "Your data centre is not reachable." in gone.content.decode()
    away(gone=False)
    assert sophie.get(path).status_code == 200


def test_the_other_region_goes_on(world, away):
    urs = world.kiefer.browser("Urs")
    away(gone=True)
    assert urs.get("/home").status_code == 200


def test_readiness_names_the_region_that_is_silent(world, away):
    away(gone=True)
    answer = world.nobody.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"silent_regions": [HERE]})


def test_signing_in_waits_for_the_region(world, away):
    away(gone=True)
    answer = world.nobody.post("/sign-in", {"email": "sophie@alpenrand.example", "password": "correct horse battery"})
    assert answer.status_code == 503
