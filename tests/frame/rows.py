"""One row of any table, written past all fences, and plain SQL in the application's role."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections, models
from psycopg import sql

from tenantry.engines.postgres import addresses

REGION = "de-westcentral"
OURS, STRANGERS = 41, 42
EXAMPLES = {
    "DateTimeField": datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC),
    "DateField": datetime.date(2026, 11, 24),
    "UUIDField": uuid.UUID(int=7),
    "BinaryField": b"x",
    "BooleanField": True,
    "JSONField": {},
    "CharField": "x",
    "TextField": "x",
    "URLField": "https://x.example",
    "EmailField": "x@x.example",
}


@contextmanager
def superuser(alias: str = REGION) -> Iterator[psycopg.Connection]:
    """A connection that may do anything, whose work is undone; foreign keys are not looked at."""
    where = addresses.admin(settings.DATA, "", addresses.database_name(alias))
    with psycopg.connect(**where) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
        connection.rollback()


def plant(connection: psycopg.Connection, model: type[models.Model], partner: int = OURS) -> dict[str, Any]:
    """Write a row of the model that belongs to the partner; gives back its columns."""
    row = {field.column: _value(field, partner) for field in model._meta.concrete_fields}
    insert(connection, model, row)
    return row


def insert(connection: psycopg.Connection, model: type[models.Model], row: dict[str, Any]) -> None:
    """Write these columns in plain SQL."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    connection.execute(statement, list(row.values()))


def become(connection: psycopg.Connection, partner: int | None, customer: int | None = None) -> None:
    """Go on as the application, in the scope of a partner, of one of its customers, or of nobody."""
    connection.execute("SET LOCAL ROLE tenantry_app")
    for name, value in (("app.partner", partner), ("app.customer", customer), ("app.tenant", None)):
        connection.execute("SELECT set_config(%s, %s, true)", [name, "" if value is None else str(value)])


def count(connection: psycopg.Connection, model: type[models.Model]) -> int:
    """How many rows plain SQL sees."""
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(model._meta.db_table))
    return connection.execute(statement).fetchone()[0]


def _value(field: models.Field, partner: int) -> Any:
    owner = field.column == "partner_id" or (field.primary_key and field.model._meta.label == "partners.Partner")
    if owner:
        return partner
    if field.has_default() and not callable(field.default):
        return field.get_db_prep_save(field.default, connections[REGION])
    return None if field.null else field.get_db_prep_save(_example(field), connections[REGION])


def _example(field: models.Field) -> Any:
    if field.is_relation:
        return 1
    if isinstance(getattr(field, "base_field", None), models.Field):
        return [_example(field.base_field)]
    return field.choices[0][0] if field.choices else EXAMPLES.get(field.get_internal_type(), 1)
