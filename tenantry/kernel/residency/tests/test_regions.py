"""Which data centre keeps a country's data."""

from __future__ import annotations

import pycountry
import pytest

from tenantry.kernel.residency.regions import REGIONS, ideal, offered, title


@pytest.mark.parametrize(("country", "region"), [
    ("DE", "de-westcentral"), ("AT", "eu-west"), ("CH", "ch-north"), ("LI", "ch-north"), ("IE", "eu-north"),
    ("GB", "uk-south"), ("JE", "uk-south"), ("US", "us-east"), ("BR", "us-east"), ("MX", "us-east"),
    ("CA", "ca-central"), ("PM", "ca-central"), ("JP", "jp-west"), ("KR", "kr-central"), ("IN", "se-asia"),
    ("NZ", "au-southeast"), ("ZA", "eu-west"), ("NO", "eu-west"),
])  # fmt: skip
def test_a_country_has_its_region(country, region):
    assert ideal(country) == region


def test_guadeloupe_is_in_america_yet_its_data_stays_in_the_union():
    assert ideal("GP") == "fr-central"


def test_every_country_has_a_region():
    assert {ideal(country.alpha_2) for country in pycountry.countries} <= set(REGIONS)


def test_where_a_region_is_not_offered_the_first_offered_of_its_substitutes_serves():
    assert offered("DE", ("eu-north", "eu-west")) == "eu-west"
    assert offered("DE", ("de-westcentral", "eu-west")) == "de-westcentral"
    assert offered("JP", ("ch-north",)) is None


def test_numbers_are_fixed_and_leave_room():
    assert sorted(region.number for region in REGIONS.values()) == list(range(1, 14))


def test_a_region_has_a_name_and_an_unknown_one_its_code():
    assert str(title("ch-north")) == "Switzerland North"
    assert title("moon") == "moon"
