"""The data centres, and which one a country's data is kept in.

Geographies of countries: Microsoft 365 data locations, (c) Microsoft Corporation, CC BY 4.0 (`data/geographies.json`).
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenantry.kernel.text import Text
from tenantry.kernel.text import lazy as _


@dataclass(frozen=True)
class Region:
    """A data centre: its code, the number its keys start from, its name, and where to go when it is not offered."""

    code: str
    number: int
    title: Text
    geographies: tuple[str, ...]
    then: tuple[str, ...] = ()


KEYS_APART = 64
REGIONS: dict[str, Region] = {
    region.code: region
    for region in (
        Region("us-east", 1, _("East US"), ("NAM", "BRA"), ("ca-central", "eu-west")),
        Region("ca-central", 2, _("Canada Central"), ("CAN",), ("us-east",)),
        Region(
            "eu-west", 3, _("West Europe"), ("EUR", "NOR", "ZAF", "ARE"), ("eu-north", "de-westcentral", "fr-central")
        ),
        Region("eu-north", 4, _("North Europe"), (), ("eu-west", "de-westcentral")),
        Region("de-westcentral", 5, _("Germany West Central"), ("DEU",), ("eu-west", "eu-north")),
        Region("fr-central", 6, _("France Central"), ("FRA",), ("eu-west", "eu-north")),
        Region("ch-north", 7, _("Switzerland North"), ("CHE",), ("de-westcentral", "eu-west")),
        Region("uk-south", 8, _("UK South"), ("GBR",), ("eu-north", "eu-west")),
        Region("au-southeast", 9, _("Australia Southeast"), ("AUS",), ("se-asia",)),
        Region("se-asia", 10, _("Southeast Asia"), ("APC", "IND"), ("au-southeast", "jp-west")),
        Region("jp-west", 11, _("Japan West"), ("JPN",), ("kr-central", "se-asia")),
        Region("kr-central", 12, _("Korea Central"), ("KOR",), ("jp-west", "se-asia")),
        Region("us-gov-virginia", 13, _("US Gov Virginia"), ()),
    )
}

_OVERRIDES = (
    {"IE": "eu-north", "IS": "eu-north", "LI": "ch-north", "MC": "fr-central", "PM": "ca-central"}
    | dict.fromkeys(("GP", "MQ", "GF", "MF", "RE", "YT"), "fr-central")
    | dict.fromkeys(("GG", "JE", "IM"), "uk-south")
    | dict.fromkeys(("NZ", "NF", "CC", "CX", "HM"), "au-southeast")
)


def ideal(country: str) -> str:
    """The code of the region that keeps a country's data, whatever a deployment offers (ISO 3166-1 alpha-2)."""
    if country in _OVERRIDES:
        return _OVERRIDES[country]
    geography = _geography(country)
    return next(region.code for region in REGIONS.values() if geography in region.geographies)


def offered(country: str, codes: tuple[str, ...]) -> str | None:
    """The region of a country among those that the deployment offers; None where none fits."""
    wished = REGIONS[ideal(country)]
    return next((code for code in (wished.code, *wished.then) if code in codes), None)


def of_key(key: int) -> str | None:
    """The code of the region in which a key was given out: keys of a region start at its number, 64 apart."""
    return next((region.code for region in REGIONS.values() if region.number == key % KEYS_APART), None)


def title(code: str) -> Text:
    """A region's name in words; its code where it is unknown."""
    return REGIONS[code].title if code in REGIONS else code


def _geography(country: str) -> str:
    known = _data()
    if country in known["country_geographies"]:
        return str(known["country_geographies"][country]["geo"])
    if country in known["americas"]:
        return "NAM"
    return "APC" if country in known["asia_pacific"] else "EUR"


@functools.cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "geographies.json").read_text())
    return found
