"""Two tables of these tests' own, in an application registry of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps.registry import Apps
from django.db import connections, models
from django.db.migrations.state import ModelState, ProjectState

from tenantry.engines.postgres.partitions import CreatePartitioned
from tenantry.kernel.models import RowSecurity

REGION = "ch-north"
SAMPLES = Apps()


class Thing(models.Model):
    """A partner's row with a natural key."""

    partner_id = models.BigIntegerField()
    code = models.CharField(max_length=10)
    hash = models.CharField(max_length=10)
    body = models.JSONField(null=True)

    class Meta:
        apps = SAMPLES
        app_label = "postgres"
        constraints = [
            models.UniqueConstraint(fields=("partner_id", "code"), name="postgres_thing_once"),
            RowSecurity(name="postgres_thing_rls"),
        ]


class Version(models.Model):
    """A row that belongs to a month."""

    partner_id = models.BigIntegerField()
    ended = models.DateTimeField(db_index=True)
    text = models.CharField(max_length=10)

    class Meta:
        apps = SAMPLES
        app_label = "postgres"
        constraints = [RowSecurity(name="postgres_version_rls")]


@contextmanager
def thing_table() -> Iterator[None]:
    """The table of `Thing`, as a migration makes it."""
    with as_owner() as editor:
        editor.create_model(Thing)
    yield
    with as_owner() as editor:
        editor.delete_model(Thing)


@contextmanager
def version_table() -> Iterator[None]:
    """The table of `Version`, made and taken away by the operation."""
    state = ModelState.from_model(Version)
    operation = CreatePartitioned("Version", list(state.fields.items()), "ended", options=state.options)
    before, after = ProjectState(), ProjectState()
    operation.state_forwards("postgres", after)
    with as_owner() as editor:
        operation.database_forwards("postgres", editor, before, after)
    yield
    with as_owner() as editor:
        operation.database_backwards("postgres", editor, after, before)


@contextmanager
def as_owner():
    connection = connections[REGION]
    with connection.as_owner(), connection.schema_editor() as editor:
        yield editor
