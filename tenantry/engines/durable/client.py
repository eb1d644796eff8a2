"""Puts work into the queues; all that a web process needs of DBOS."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings

from tenantry.engines.durable.tasks import FINISH, PARK, Done
from tenantry.engines.postgres.addresses import work_url

SCHEMA = "dbos"
ENDED = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
HIDDEN = frozenset({PARK, FINISH, "DBOS.sleep"})
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
        from dbos import DBOSClient

        from tenantry.engines.durable.stored import OnlyIds

        return DBOSClient(
            system_database_url=address(), dbos_system_schema=SCHEMA, serializer=OnlyIds(),
            lazy=True, retry_connection_errors=False, system_database_pool_size=2,
        )  # fmt: skip

    def start(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Enqueue once for each key; an existing workflow of the key is left as it is."""
        options = {"queue_name": queue(region), "workflow_name": name, "workflow_id": key, "app_version": VERSION}
        self.dbos.enqueue(options, *arguments)

    def revive(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Start what is missing, let what failed go on from the step that failed, leave anything else as it is.

        DBOS compares the status as it rewinds, so that of two who ask at once only one is heard.
        """
        found = self.dbos.list_workflows(workflow_ids=[key], load_input=False, load_output=False)
        if not found:
            self.start(name, key, region, arguments)
        elif found[0].status in ENDED:
            self.dbos.rewind_workflow(
                key, start_step=self._failed(key), application_version=VERSION, queue_name=queue(region)
            )

    def stop(self, key: str) -> None:
        """End the task before its next step."""
        self.dbos.cancel_workflow(key)

    def history(self, key: str) -> list[Done]:
        """The recorded steps, oldest first, without our own bookkeeping; none while the database is away."""
        import sqlalchemy.exc

        try:
            recorded = self.dbos.list_workflow_steps(key)
        except sqlalchemy.exc.DBAPIError:
            return []
        return [
            Done(one["function_name"], _moment(one["started_at_epoch_ms"]), _moment(one["completed_at_epoch_ms"]),
                 one["error"] is not None)
            for one in recorded if one["function_name"] not in HIDDEN
        ]  # fmt: skip

    def _failed(self, key: str) -> int:
        """The number of the step to go on from: the first that failed, else the one that parked the task."""
        steps = self.dbos.list_workflow_steps(key)
        failed = [one["function_id"] for one in steps if one["error"] is not None]
        parked = [one["function_id"] for one in steps if one["function_name"] == PARK]
        return min([*failed, *parked], default=len(steps) + 1)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


CLIENT = Client()
