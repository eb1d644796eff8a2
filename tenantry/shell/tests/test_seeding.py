"""Who onboards which tenant of the simulated world."""

from __future__ import annotations

from collections import Counter

import pytest

from tenantry.shell.seeding import cast
from tenantry.shell.seeding.cast import ALPENRAND, BALTIC, KIEFER, wishes


def tenant(domain: str, name: str = "", nationality: str = "") -> dict:
    return {"default_domain": domain, "display_name": name or domain, "nationality": nationality,
            "cast": {"admin": {"upn": f"admin@{domain}"}}}  # fmt: skip


@pytest.fixture
def world() -> list[dict]:
    """The tenants that a visitor looks for, those kept for visitors, and eighty more."""
    named = [*cast.FRONT, *cast.OF_BALTIC, *{domain for domain, _part, _what in cast.NEWCOMERS}]
    return [tenant(domain) for domain in [*named, *(f"firm{number}.example" for number in range(80))]]


def test_alpenrand_has_sixty_customers_and_the_others_a_few(world):
    assert Counter(wish.person for wish in wishes(world)) == {ALPENRAND.email: 60, KIEFER.email: 8, BALTIC.email: 1}


def test_no_tenant_is_onboarded_twice_and_those_kept_for_visitors_never(world):
    domains = [wish.domain for wish in wishes(world)]
    assert len(domains) == len(set(domains))
    assert not {domain for domain, _part, _what in cast.NEWCOMERS} & set(domains)


def test_firms_of_the_demo_and_government_clouds_are_no_customers():
    world = [tenant("alpenrand.example", "Alpenrand IT"), tenant("woodgrove.example", nationality="GCC")]
    assert wishes(world) == []


def test_the_world_looks_the_same_on_every_machine_and_lists_look_real(world):
    first, again = wishes(world), wishes(world)
    assert first == again
    assert {wish.mode for wish in first} == {"partner", "customer", "undecided"}
    assert len({wish.tags for wish in first}) > 10
    assert {group for wish in first for group in wish.groups} == {name for name, _words, _colour in cast.GROUPS}


def test_trouble_comes_to_customers_that_no_walk_of_the_guide_needs(world):
    happened = cast.troubled(wishes(world))
    struck = [domain for domains in happened.values() for domain in domains]
    assert len(struck) == len(set(struck))
    assert not set(struck) & set(cast.FRONT)
    assert all(happened.values())
