"""What a task is: a function of ids, run for one partner, whose finished steps are never repeated.

A task takes ids, not objects; it is safe to run twice; inside it, `step` does the work and `Later` from a step is
waited out durably and tried again. Anything else ends the task as failed, for a person to look at.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction

from tenantry.kernel import scope
from tenantry.kernel.actor import system
from tenantry.kernel.errors import Broken, Later
from tenantry.kernel.text import Text

if TYPE_CHECKING:
    from tenantry.engines.durable.book import Book

Id = int | str
MOST_WAITS = 200
LONGEST_WAIT = 900.0
PARK, FINISH = "durable.park", "durable.finish"


class Run(Protocol):
    """How steps are carried out: recorded by DBOS in a worker, plainly in a test."""

    def step(self, name: str, function: Callable[[], Any]) -> Any:
        """Carry out once what has not been carried out yet; its result is ids and counts only."""

    def sleep(self, seconds: float) -> None:
        """Wait, over restarts too."""


@dataclass(frozen=True)
class Done:
    """A recorded step: when it began and ended, and whether it failed."""

    name: str
    began: datetime | None
    ended: datetime | None
    failed: bool


class Starter(Protocol):
    """Puts a task into the queue of its region."""

    def start(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Start the task once for each key."""

    def revive(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Start what is missing, let what failed go on from the step that failed, leave anything else as it is."""

    def stop(self, key: str) -> None:
        """End the task before its next step."""

    def history(self, key: str) -> list[Done]:
        """The recorded steps, oldest first; none where they cannot be asked for."""


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
_book: ContextVar[Book | None] = ContextVar("task_book", default=None)
TASKS: dict[str, Task] = {}
TICKS: dict[str, Callable[[], None]] = {}
BESIDE: dict[str, Callable[[threading.Event], None]] = {}
_starter: Starter | None = None


@dataclass(frozen=True)
class Task:
    """A named function of ids; `title` says to people what it does, and routine work leaves no trace once it is done.

    A reaction is a task that is not `kept`: its outbox row says that it is to be done, so it needs one of its own only
    when it fails.
    """

    name: str
    function: Callable[..., None]
    permissions: frozenset[str] | None
    title: Text = ""
    routine: bool = False
    kept: bool = True

    def start(self, *ids: Id, key: str, partner: int = 0, region: str = "") -> None:
        """Start it once for each key, after the open transaction has committed; for the open scope's partner."""
        opened = scope.peek()
        if not region:
            opened = scope.current()
            partner, region = opened.partner, opened.region
        arguments = [partner, region, *ids]
        workflow = f"{self.name}:{key}"
        self._open(Place(partner, region), workflow, ids)
        enqueue = functools.partial(_enqueue, self.name, workflow, region, arguments)
        if opened is not None:
            transaction.on_commit(enqueue, using=region, robust=True)
        else:
            enqueue()

    def _open(self, place: Place, workflow: str, ids: tuple[Id, ...]) -> None:
        """Write its row, in the open transaction where that is the partner's own."""
        opened = scope.peek()
        inside = opened is not None and (opened.partner, opened.region) == (place.partner, place.region)
        with nullcontext() if inside else place.opened():
            self.book(place, workflow, ids).opens(self.routine)

    def book(self, place: Place, workflow: str, ids: tuple[Id, ...]) -> Book:
        """Where it is written how far the task is."""
        from tenantry.engines.durable.book import Book

        return Book(place, workflow, self.name, ids, self.kept)

    def carry_out(self, run: Run, partner: int, region: str, *ids: Id, key: str = "") -> None:
        """Run it here and now, and park it when it fails; without a key there is no row to tell."""
        place = Place(partner, region, self.permissions)
        book = self.book(place, key, ids) if key else None
        tokens = _place.set(place), _run.set(run), _book.set(book)
        try:
            self._in(run, book, ids)
        finally:
            _place.reset(tokens[0])
            _run.reset(tokens[1])
            _book.reset(tokens[2])

    def _in(self, run: Run, book: Book | None, ids: tuple[Id, ...]) -> None:
        if book is None:
            self.function(*ids)
            return
        from tenantry.engines.durable.book import Cancelled, Ending

        with Ending(lambda error: run.step(PARK, functools.partial(book.parks, error)), (Cancelled,)):
            self.function(*ids)
        run.step(FINISH, book.finishes)


def _enqueue(name: str, workflow: str, region: str, arguments: list[Any]) -> None:
    starter().start(name, workflow, region, arguments)


def task(
    name: str, *, permissions: frozenset[str] | None = None, title: Text = "", routine: bool = False
) -> Callable[[Callable[..., None]], Task]:
    """Name a function of a `tasks.py` as a task: folder, dot, verb (`inventory.first_read`)."""

    def mark(function: Callable[..., None]) -> Task:
        TASKS[name] = Task(name, function, permissions, title, routine)
        return TASKS[name]

    return mark


def every_minute(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Name a function as a tick: run each minute, once over all workers; decides by the clock what is due."""

    def mark(function: Callable[[], None]) -> Callable[[], None]:
        TICKS[name] = function
        return function

    return mark


def beside(name: str) -> Callable[[Callable[[threading.Event], None]], Callable[[threading.Event], None]]:
    """Name what every worker does besides its tasks, in a thread of its own, until the event is set."""

    def mark(function: Callable[[threading.Event], None]) -> Callable[[threading.Event], None]:
        BESIDE[name] = function
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
        done = run.step(name, lambda: _patient(name, function, arguments))
        if "later" not in done:
            return done["result"]
        run.sleep(min(done["later"], LONGEST_WAIT))
    raise Later("A step had to wait too often.")


def progress(done: int, total: int = 0) -> None:
    """Say how far the running task is, for its page; `total` 0 while nobody has counted."""
    book = _book.get()
    if book is not None:
        book.progress(done, total)


def _patient(name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    """A recorded step must not record a failure that only asks for patience."""
    book = _book.get()
    if book is None:
        return _answer(function, arguments, lambda _wish, _seconds: None)
    from tenantry.engines.durable.book import LOST, Ending

    book.begins(name)
    with Ending(book.notes, LOST):
        return _answer(function, arguments, book.waits)


def _answer(
    function: Callable[..., Any], arguments: tuple[Any, ...], waits: Callable[[Later, float], None]
) -> dict[str, Any]:
    try:
        return {"result": function(*arguments)}
    except Later as wish:
        seconds = wish.seconds or 2.0
        waits(wish, min(seconds, LONGEST_WAIT))
        return {"later": seconds}


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
