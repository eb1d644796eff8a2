"""Every table and every kind stands where the storage table puts it."""

from __future__ import annotations

import pytest

from tenantry.engines.inventory.kinds import kinds
from tenantry.kernel.models import PartnerOwned
from tenantry.kernel.residency import storage
from tenantry.kernel.residency.home import Home
from tenantry.kernel.residency.router import home_of
from tests.frame import models
from tests.rules import rule

OURS = models.ours()
KINDS = {kind.model: kind for kind in kinds().values()} | {kind.versions: kind for kind in kinds().values()}


@rule("RES-01")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_model_declares_one_home_and_its_row_says_the_same(model):
    """Each model declares one home, and its row of the storage table says the same."""
    home = home_of(model)
    assert isinstance(model.home, Home)
    if issubclass(model, PartnerOwned):
        kind = KINDS.get(model)
        row = storage.row(kind.row if kind else model.storage)
        assert home is row.home(kind.name if kind else model._meta.db_table)
    else:
        assert home is not Home.CUSTOMER


@rule("RES-01")
@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_a_kind_declares_one_home_and_its_row_says_the_same(kind):
    """Each resource kind declares one home and a row R1 to R10 of the storage table that says the same."""
    assert kind.home is storage.row(kind.row).home(kind.name)
    assert home_of(kind.versions) is kind.home


def test_the_table_puts_raw_data_of_three_products_with_the_customer():
    rows = storage.rows()
    assert list(rows) == [f"R{number}" for number in range(1, 11)]
    assert {number for number, row in rows.items() if row.customer} == {"R3", "R5", "R10"}
