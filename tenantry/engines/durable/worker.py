"""The worker: takes work from the queues and goes on where a killed one stopped."""

from __future__ import annotations

import functools
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS, StepOptions
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from tenantry.engines.durable.client import SCHEMA, VERSION, address, queue
from tenantry.engines.durable.dispatcher import REACTION, react
from tenantry.engines.durable.presence import Presence
from tenantry.engines.durable.stored import OnlyIds
from tenantry.engines.durable.sweeper import erase_old
from tenantry.engines.durable.tasks import BESIDE, TASKS, TICKS, Task, every_minute, here, step
from tenantry.kernel import clock, facts

DRAIN_SECONDS = 5
DONE_KEPT, FAILED_KEPT = timedelta(days=1), timedelta(days=30)
MOST_FORGOTTEN = 2_000
SILENCE = 10.0
_scheduled: dict[str, Callable[..., None]] = {}


class DurableRun:
    """Steps recorded by DBOS; a step that lost its database is tried again for about two minutes."""

    def step(self, name: str, function: Callable[[], Any]) -> Any:
        """Carry out the step unless an earlier run has recorded it."""
        options: StepOptions = {
            "name": name, "retries_allowed": True, "max_attempts": 12, "interval_seconds": 1.0, "backoff_rate": 1.5,
            "should_retry": _lost_connection,
        }  # fmt: skip
        return DBOS.run_step(options, _giving_back(function))

    def sleep(self, seconds: float) -> None:
        """Wait durably: a restart waits the rest."""
        DBOS.sleep(seconds)


def _lost_connection(error: BaseException) -> bool:
    return isinstance(error, OperationalError | InterfaceError)


def _giving_back(function: Callable[[], Any]) -> Callable[[], Any]:
    """Give database connections back after a step: a worker's threads are many, the server's connections few."""

    @functools.wraps(function)
    def carried_out() -> Any:
        try:
            return function()
        finally:
            for connection in connections.all(initialized_only=True):
                if not connection.in_atomic_block:
                    connection.close()

    return carried_out


def register() -> None:
    """Make every task, reaction and tick known to DBOS by its name."""
    for task in TASKS.values():
        DBOS.workflow(name=task.name)(_task_workflow(task))
    for name in facts.reactions():
        DBOS.workflow(name=REACTION.format(name=name))(_task_workflow(_reaction(name)))
    for name, tick in TICKS.items():
        _scheduled[name] = DBOS.workflow(name=name)(_tick_workflow(tick))


def _task_workflow(task: Task) -> Callable[..., None]:
    def workflow(partner: int, region: str, *ids: int | str) -> None:
        task.carry_out(DurableRun(), partner, region, *ids, key=str(DBOS.workflow_id))

    return _named(workflow, task.name)


def _reaction(name: str) -> Task:
    """A reaction is a task of one step, whose row is written when it fails."""

    def function(fact_id: str) -> None:
        place = here()
        step(name, react, name, place.partner, place.region, fact_id)

    return Task(REACTION.format(name=name), function, None, kept=False)


def _tick_workflow(tick: Callable[[], None]) -> Callable[..., None]:
    def workflow(scheduled: datetime, context: Any) -> None:  # noqa: ARG001  # the shape of a scheduled workflow
        DurableRun().step("tick", tick)

    return _named(workflow, tick.__name__)


def _named(workflow: Callable[..., None], name: str) -> Callable[..., None]:
    workflow.__qualname__ = workflow.__name__ = name
    return workflow


def launch(executor: str) -> None:
    """Start DBOS in this process under a stable name, with a queue for each region and the ticks scheduled."""
    DBOS(
        config={
            "name": "tenantry",
            "system_database_url": address(),
            "dbos_system_schema": SCHEMA,
            "application_version": VERSION,
            "executor_id": executor,
            "serializer": OnlyIds(),
            "max_executor_threads": 16,
            "sys_db_pool_size": 8,
            "enable_otlp": False,
            "log_level": "WARNING",
            "scheduler_polling_interval_sec": 1.0,
        }
    )
    register()
    DBOS.launch()
    for region in settings.REGIONS:
        DBOS.register_queue(queue(region), worker_concurrency=8, polling_interval_sec=0.2)
    _schedule()


def _schedule() -> None:
    """Tick each minute; forget schedules whose tick is gone, since they live in the database."""
    for known in DBOS.list_schedules():
        if known["schedule_name"] not in TICKS:
            DBOS.delete_schedule(known["schedule_name"])
    DBOS.apply_schedules(
        [
            {"schedule_name": name, "workflow_fn": function, "schedule": "* * * * *", "context": None}
            for name, function in _scheduled.items()
        ]
    )


@every_minute("durable.forget")
def forget() -> None:
    """Erase finished work after a day and failed work after a month; what it did stands in the portal's own rows."""
    now = clock.now()
    for statuses, kept in ((["SUCCESS", "CANCELLED"], DONE_KEPT), (["ERROR"], FAILED_KEPT)):
        old = DBOS.list_workflows(status=statuses, completed_before=(now - kept).isoformat(), limit=MOST_FORGOTTEN,
                                  load_input=False, load_output=False)  # fmt: skip
        DBOS.delete_workflows([one.workflow_id for one in old])
    erase_old()


def run(executor: str) -> None:
    """Work until asked to stop; then finish what is nearly done and leave the rest for the next start.

    Conflict where another process works under the same name.
    """
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    _survive_a_lost_socket()
    logging.getLogger("dbos").addFilter(Seldom())
    presence = Presence(executor)
    presence.enter()
    launch(executor)
    for work in (presence.keep, *BESIDE.values()):
        threading.Thread(target=work, args=(asked,), daemon=True).start()
    asked.wait()
    DBOS.destroy(workflow_completion_timeout_sec=DRAIN_SECONDS)
    os._exit(0)  # a step in flight must not hold the process: its workflow stays pending for the next start


def _survive_a_lost_socket() -> None:
    """DBOS retries errors that say "connection failed"; over a unix socket psycopg says "connection is bad"."""

    @sa.event.listens_for(sa.Engine, "do_connect")
    def connect(dialect: Any, _record: Any, arguments: Any, parameters: Any) -> Any:
        try:
            return dialect.connect(*arguments, **parameters)
        except psycopg.OperationalError as error:
            if "connection is bad" in str(error):
                raise psycopg.OperationalError(f"connection failed: {error}") from error
            raise


class Seldom(logging.Filter):
    """Lets each message through once in ten seconds: without a database DBOS writes hundreds a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it has not been said lately."""
        key, now = f"{record.pathname}:{record.lineno}", time.monotonic()
        if now - self._said.get(key, -SILENCE) < SILENCE:
            return False
        self._said[key] = now
        return True
