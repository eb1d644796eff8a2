"""Microsoft's products by the id that tenants name them by.

Product names and service plan identifiers: (c) Microsoft Corporation, CC BY 4.0. Of each product's service plans only
those that make it a seat are kept.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

from tenantry.engines.inventory.rules import classes


@dataclass(frozen=True)
class Product:
    """A product: its name, and how its units count."""

    part_number: str
    title: str
    counted: str  # m365, dynamics_power, not


def product(sku_id: str) -> Product | None:
    """The product of an id; None for one that the table does not know."""
    return _products().get(sku_id.lower())


@functools.cache
def _products() -> dict[str, Product]:
    with (Path(__file__).parent / "products.csv").open(newline="", encoding="utf-8") as file:
        return {row["GUID"]: _read(row) for row in csv.DictReader(file)}


def _read(row: dict[str, str]) -> Product:
    part, title = row["String_Id"], row["Product_Display_Name"]
    return Product(part, title, classes(part, title, row["Service_Plans"].split()))
