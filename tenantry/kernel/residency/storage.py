"""The storage table (residency, section 2): which product keeps what in whose data centre."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tenantry.kernel.errors import Missing
from tenantry.kernel.residency.home import Home


@dataclass(frozen=True)
class Row:
    """One product's row; what `customer` names stands with the customer, everything else with the partner."""

    title: str
    customer: tuple[str, ...] = ()

    def home(self, name: str) -> Home:
        """Where the table puts things of this name."""
        return Home.CUSTOMER if name in self.customer else Home.PARTNER


def row(number: str) -> Row:
    """The row of a number R1 to R10; Missing for any other."""
    if number not in rows():
        raise Missing()
    return rows()[number]


@functools.cache
def rows() -> dict[str, Row]:
    """All rows by number."""
    found = tomllib.loads((Path(__file__).parent / "data" / "storage.toml").read_text())
    return {number: Row(values["title"], tuple(values.get("customer", ()))) for number, values in found.items()}
