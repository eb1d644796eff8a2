"""How far a task is, written where a person may read it: in a row of its partner, under the partner's fences."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Protocol

from django.db import InterfaceError, OperationalError
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from tenantry.engines.durable.facts import TaskParked
from tenantry.engines.durable.models import Work
from tenantry.kernel import clock, scope
from tenantry.kernel.errors import Later, Problem
from tenantry.kernel.facts import Code, record

LONGEST = 80
LOST = (OperationalError, InterfaceError)  # the step is tried again by itself


class Place(Protocol):
    """For whom the task runs."""

    def opened(self) -> AbstractContextManager[scope.Scope]:
        """The task runner's door."""


class Cancelled(Exception):  # noqa: N818  # it is no error
    """Somebody ended the task: it stops before its next step."""


@dataclass
class Ending(AbstractContextManager[None]):
    """Tells of the error that ends the block, unless it is spared; the error goes on its way."""

    tell: Callable[[Exception], None]
    spared: tuple[type[Exception], ...]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, self.spared):
            self.tell(error)


@dataclass(frozen=True)
class Book:
    """The row of one task; a reaction (`kept` False) gets one only when it fails. Each call may be repeated."""

    place: Place
    workflow: str
    name: str
    ids: tuple[int | str, ...]
    kept: bool = True

    def begins(self, step: str) -> None:
        """A step begins; Cancelled where somebody has ended the task."""
        now = clock.now()
        with self.place.opened():
            told = self._rows().exclude(state=Work.State.CANCELLED).update(
                state=Work.State.RUNNING, step=step[:120], heard_at=now, wait_until=None, message="", values={},
                error="", started_at=Coalesce(F("started_at"), now),
            )  # fmt: skip
            if not told and self._rows().exists():
                raise Cancelled

    def waits(self, wish: Later, seconds: float) -> None:
        """The step asked for patience."""
        now = clock.now()
        with self.place.opened():
            self._rows().exclude(state=Work.State.CANCELLED).update(
                state=Work.State.WAITING, wait_until=now + timedelta(seconds=seconds), heard_at=now, **explained(wish)
            )

    def notes(self, error: Exception) -> None:
        """Why the step failed, noted before anything else could be lost."""
        with self.place.opened():
            self._rows().update(**explained(error))

    def progress(self, done: int, total: int) -> None:
        """How much of how much is done; `total` 0 while nobody has counted."""
        with self.place.opened():
            self._rows().update(done=done, total=total, heard_at=clock.now())

    def finishes(self) -> None:
        """All is done; routine work leaves no row."""
        with self.place.opened():
            rows = self._rows().exclude(state=Work.State.CANCELLED)
            if not rows.filter(routine=True).delete()[0]:
                rows.update(state=Work.State.DONE, ended_at=clock.now(), wait_until=None)

    def parks(self, error: Exception) -> None:
        """It failed and waits for a person; told once."""
        with self.place.opened() as opened:
            row = self._rows().select_for_update().first() or self.opens()
            if row.state not in Work.UNFINISHED:
                return
            for field, value in {} if row.error else explained(error).items():
                setattr(row, field, value)
            row.state, row.ended_at, row.wait_until = Work.State.PARKED, clock.now(), None
            row.save()
            if self.kept:
                record(opened.actor, TaskParked(row.pk, Code(self.name), Code(row.step)))

    def opens(self, routine: bool = False) -> Work:
        """Its row, in the open scope; the one that stands where it has been opened before."""
        now = clock.now()
        fresh = Work(workflow=self.workflow, name=self.name, ids=list(self.ids), routine=routine, made_at=now,
                     asked_at=now)  # fmt: skip
        Work.of_partner.bulk_create([fresh], ignore_conflicts=True)
        return Work.of_partner.get(workflow=self.workflow)

    def _rows(self) -> QuerySet[Work]:
        return Work.of_partner.filter(workflow=self.workflow)


def explained(error: Exception) -> dict[str, Any]:
    """What a row keeps of an error: the sentence and its values for our own kinds, only the name of any other.

    The text of a foreign error may hold anything, so it is not kept.
    """
    if not isinstance(error, Problem):
        return {"message": "", "values": {}, "error": type(error).__name__[:LONGEST]}
    values = {name: value if isinstance(value, int | float) else str(value) for name, value in error.values.items()}
    return {"message": str(error.message), "values": values, "error": type(error).__name__}
