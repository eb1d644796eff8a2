"""A model's home and the router: no key crosses homes, no row leaves its region."""

from __future__ import annotations

import pytest
from django.apps.registry import Apps
from django.core.checks import run_checks
from django.db import connections, models

from tenantry.kernel import scope
from tenantry.kernel.errors import Broken, NoScope
from tenantry.kernel.models import CompositeKey, Outbox
from tenantry.kernel.residency.checks import crossing
from tenantry.kernel.residency.home import Home
from tenantry.kernel.residency.models import Claim
from tenantry.kernel.residency.router import HomeRouter, home_of, region_of
from tests.rules import rule

HERE, THERE = "de-westcentral", "ch-north"
SAMPLES = Apps()


class Sample(models.Model):
    """What stands with the partner."""

    home = Home.PARTNER

    class Meta:
        apps = SAMPLES
        app_label = "samples"


def raw(**fields):
    """A model that stands with the customer and points as given."""
    meta = type("Meta", (), {"apps": Apps(), "app_label": "samples", "constraints": fields.pop("constraints", [])})
    return type("Raw", (models.Model,), {"__module__": __name__, "home": Home.CUSTOMER, "Meta": meta, **fields})


@rule("RES-05")
@pytest.mark.parametrize(
    "pointing",
    [
        {"sample": models.ForeignKey(Sample, models.CASCADE)},
        {"sample": models.ForeignKey(Sample, models.CASCADE, db_constraint=False)},
        {"sample": models.OneToOneField(Sample, models.CASCADE)},
        {"samples": models.ManyToManyField(Sample)},
        {"sample_id": models.BigIntegerField(), "constraints": [
            CompositeKey(name="samples_raw_key", field="sample_id", to="samples_sample")]},
    ],
    ids=["plain", "unconstrained", "one to one", "many to many", "composite"],
)  # fmt: skip
def test_a_key_between_homes_is_an_error(pointing):
    """A foreign key between homes fails the architecture test, whichever way it is declared."""
    assert [error.id for error in crossing([Sample, raw(**pointing)])] == ["residency.E001"]


@rule("RES-05")
def test_no_key_of_the_product_crosses_homes():
    """Given each model of the product, no foreign key leaves its home."""
    assert [error for error in run_checks(tags=["models"]) if error.id == "residency.E001"] == []


def test_an_id_may_point_to_another_home():
    assert list(crossing([Sample, raw(sample_id=models.BigIntegerField())])) == []


def test_a_model_without_a_home_stands_in_the_directory():
    assert home_of(models.Model) is Home.DIRECTORY
    assert region_of(Home.DIRECTORY) == "directory"


@pytest.mark.django_db
def test_a_partners_rows_stand_in_the_open_scopes_region():
    with scope.task(1, THERE):
        assert region_of(Home.PARTNER) == THERE
        assert Outbox.objects.all().db == THERE


@pytest.mark.django_db
def test_without_a_scope_there_is_no_region():
    with pytest.raises(NoScope):
        region_of(Home.PARTNER)
    with pytest.raises(NoScope), scope.task(1, HERE):
        region_of(Home.CUSTOMER)


@pytest.mark.django_db
def test_a_row_of_one_region_is_refused_in_another():
    sample = Sample()
    sample._state.db = THERE
    with scope.task(1, HERE), pytest.raises(Broken):
        HomeRouter().db_for_write(Sample, instance=sample)


def test_rows_of_two_regions_are_not_related():
    one, other = Sample(), Sample()
    one._state.db, other._state.db = HERE, THERE
    assert not HomeRouter().allow_relation(one, other)
    other._state.db = HERE
    assert HomeRouter().allow_relation(one, other)


@pytest.mark.parametrize(("label", "model", "stands"), [
    ("residency", "claim", {"directory"}), ("kernel", "fact", {HERE, THERE}), ("people", "person", {HERE, THERE}),
])  # fmt: skip
def test_tables_are_made_at_home_only(label, model, stands):
    assert {alias for alias in ("directory", HERE, THERE) if HomeRouter().allow_migrate(alias, label, model)} == stands


def test_a_model_that_is_gone_has_no_say_in_where_it_stood():
    assert HomeRouter().allow_migrate(HERE, "kernel", "forgotten") is None


@pytest.mark.django_db
def test_the_directorys_tables_are_nowhere_else():
    for region in (HERE, THERE):
        assert Claim._meta.db_table not in connections[region].introspection.table_names()


@pytest.mark.django_db
@rule("RES-18")
def test_no_key_of_one_region_occurs_in_another():
    """Given two regions, no key of one occurs in the other: each counts in steps of 64 from its own number."""
    counting = {}
    for region in (HERE, THERE):
        with connections[region].cursor() as cursor:
            cursor.execute("SELECT sequencename, start_value % 64, increment_by FROM pg_sequences")
            counting[region] = {(start, step) for name, start, step in cursor.fetchall() if "django" not in name}
    assert counting == {HERE: {(5, 64)}, THERE: {(7, 64)}}
