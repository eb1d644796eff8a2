"""No scope, no rows; and a scope never leaks into the next."""

from __future__ import annotations

import pytest

from tenantry.kernel import scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import NoScope
from tenantry.kernel.models import FactLabel

REGION = "de-westcentral"
pytestmark = pytest.mark.django_db(databases=["directory", "de-westcentral", "ch-north"])


def labelled(partner: int) -> None:
    with scope.task(partner, REGION):
        FactLabel.objects.create(fact_id="00000000-0000-4000-8000-000000000001", field="x", value="y", salt=b"")


def test_without_a_scope_the_manager_refuses():
    with pytest.raises(NoScope):
        FactLabel.objects.count()


def test_a_row_is_seen_by_its_partner_alone():
    labelled(41)
    with scope.task(42, REGION):
        assert FactLabel.objects.count() == 0
        assert FactLabel._base_manager.count() == 0
    with scope.task(41, REGION):
        assert FactLabel.objects.count() == 1


def test_a_scope_inside_another_gives_the_outer_one_back():
    labelled(41)
    with scope.task(41, REGION):
        with scope.task(42, REGION):
            assert FactLabel.objects.count() == 0
        assert FactLabel._base_manager.count() == 1


def test_after_the_scope_the_database_knows_no_partner():
    labelled(41)
    with pytest.raises(NoScope):
        FactLabel._base_manager.count()


def test_an_actor_of_another_partner_cannot_take_over_an_open_scope():
    with scope.task(41, REGION), pytest.raises(NoScope), scope.acting(system(42, REGION)):
        pass
