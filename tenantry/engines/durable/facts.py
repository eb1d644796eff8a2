"""What has happened to background work that a person ought to know."""

from __future__ import annotations

from dataclasses import dataclass

from tenantry.kernel.facts import Code, Fact


@dataclass(frozen=True)
class TaskParked(Fact):
    """A task failed in a way that waiting does not mend; it waits for a person."""

    work: int
    task: Code
    step: Code


@dataclass(frozen=True)
class TaskRetried(Fact):
    """Somebody let a parked task go on from the step that failed."""

    work: int
    task: Code


@dataclass(frozen=True)
class TaskCancelled(Fact):
    """Somebody ended a task before it was done."""

    work: int
    task: Code
