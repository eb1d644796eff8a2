"""Puts work into the queues; all that a web process needs of DBOS."""

from __future__ import annotations

import functools
from typing import Any

import psycopg
from django.conf import settings

from tenantry.engines.postgres.addresses import work_url

SCHEMA = "dbos"
VERSION = "1"  # pinned: a deploy must not strand work that an older one began


def queue(region: str) -> str:
    """The name of a region's queue."""
    return f"work-{region}"


def address() -> str:
    """The address of the database that keeps the work."""
    return work_url(settings.DATA, settings.DATABASE_URL, settings.SECRET_KEY)


def prepare() -> None:
    """Make the tables of the work where there are none; a worker brings older ones up to its own version."""
    with psycopg.connect(address()) as connection:
        known = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.workflow_status"]).fetchone()
    if known is not None and known[0] is None:
        from dbos import DBOS

        DBOS.migrate(address(), schema=SCHEMA)


class Client:
    """Starts tasks by name; the first call imports DBOS, which takes a second."""

    @functools.cached_property
    def dbos(self) -> Any:
        """The library's client, connected when first used."""
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        return DBOSClient(
            system_database_url=address(), dbos_system_schema=SCHEMA, serializer=DBOSPortableJSONSerializer(),
            lazy=True, retry_connection_errors=False, system_database_pool_size=2,
        )  # fmt: skip

    def start(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Enqueue once for each key; an existing workflow of the key is left as it is."""
        options = {"queue_name": queue(region), "workflow_name": name, "workflow_id": key, "app_version": VERSION}
        self.dbos.enqueue(options, *arguments)


CLIENT = Client()
