"""What a task is: a function of ids, run for one partner, whose finished steps are never repeated.

A task takes ids, not objects; it is safe to run twice; inside it, `step` does the work and `Later` from a step is
waited out durably and tried again. Anything else ends the task as failed, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import transaction

from tenantry.kernel import scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import Broken, Later

Id = int | str
MOST_WAITS = 200
LONGEST_WAIT = 900.0


class Run(Protocol):
    """How steps are carried out: recorded by DBOS in a worker, plainly in a test."""

    def step(self, name: str, function: Callable[[], Any]) -> Any:
        """Carry out once what has not been carried out yet; its result is ids and counts only."""

    def sleep(self, seconds: float) -> None:
        """Wait, over restarts too."""


class Starter(Protocol):
    """Puts a task into the queue of its region."""

    def start(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Start the task once for each key."""


@dataclass(frozen=True)
class Place:
    """For whom a task runs, and what its system actor may do."""

    partner: int
    region: str
    permissions: frozenset[str] | None = None

    @contextmanager
    def opened(self) -> Iterator[scope.Scope]:
        """The task runner's door."""
        actor = system(self.partner, self.region, self.permissions)
        with scope.task(self.partner, self.region, actor) as found:
            yield found


_place: ContextVar[Place | None] = ContextVar("task_place", default=None)
_run: ContextVar[Run | None] = ContextVar("task_run", default=None)
TASKS: dict[str, Task] = {}
TICKS: dict[str, Callable[[], None]] = {}
_starter: Starter | None = None


@dataclass(frozen=True)
class Task:
    """A named function of ids."""

    name: str
    function: Callable[..., None]
    permissions: frozenset[str] | None

    def start(self, *ids: Id, key: str, partner: int = 0, region: str = "") -> None:
        """Start it once for each key, after the open transaction has committed; for the open scope's partner."""
        opened = scope.peek()
        if not region:
            opened = scope.current()
            partner, region = opened.partner, opened.region
        arguments = [partner, region, *ids]
        workflow = f"{self.name}:{key}"
        if opened is not None:
            transaction.on_commit(lambda: starter().start(self.name, workflow, region, arguments), using=region,
                                  robust=True)  # fmt: skip
        else:
            starter().start(self.name, workflow, region, arguments)

    def carry_out(self, run: Run, partner: int, region: str, *ids: Id) -> None:
        """Run it here and now; called by the worker, and by tests."""
        place = Place(partner, region, self.permissions)
        tokens = _place.set(place), _run.set(run)
        try:
            self.function(*ids)
        finally:
            _place.reset(tokens[0])
            _run.reset(tokens[1])


def task(name: str, *, permissions: frozenset[str] | None = None) -> Callable[[Callable[..., None]], Task]:
    """Name a function of a `tasks.py` as a task: folder, dot, verb (`inventory.first_read`)."""

    def mark(function: Callable[..., None]) -> Task:
        TASKS[name] = Task(name, function, permissions)
        return TASKS[name]

    return mark


def every_minute(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Name a function as a tick: run each minute, once over all workers; decides by the clock what is due."""

    def mark(function: Callable[[], None]) -> Callable[[], None]:
        TICKS[name] = function
        return function

    return mark


def here() -> Place:
    """For whom the running task works; a step opens its scopes with `here().opened()`."""
    found = _place.get()
    if found is None:
        raise Broken("No task is running.")
    return found


def step(name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Carry out a step of the running task; `Later` waits as long as it says (at most 15 minutes) and tries again."""
    run = _run.get()
    if run is None:
        raise Broken("No task is running.")
    for _attempt in range(MOST_WAITS):
        done = run.step(name, lambda: _patient(function, arguments))
        if "later" not in done:
            return done["result"]
        run.sleep(min(done["later"], LONGEST_WAIT))
    raise Later("A step had to wait too often.")


def _patient(function: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    """A recorded step must not record a failure that only asks for patience."""
    try:
        return {"result": function(*arguments)}
    except Later as wait:
        return {"later": wait.seconds or 2.0}


def starter() -> Starter:
    """What puts tasks into queues in this process: the client, unless a test stands in."""
    global _starter
    if _starter is None:
        from tenantry.engines.durable.client import CLIENT

        _starter = CLIENT
    return _starter


def replace_starter(other: Starter | None) -> None:
    """Let something else start tasks; for tests."""
    global _starter
    _starter = other
