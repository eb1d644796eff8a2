"""Work done in the test's own process: nothing runs until `drain`, and waiting takes no time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenantry.engines.durable.dispatcher import react
from tenantry.engines.durable.tasks import TASKS, Done


class InlineRun:
    """Steps are plain calls; pauses are added up instead of waited."""

    def __init__(self) -> None:
        self.waited = 0.0
        self.steps: list[str] = []

    def step(self, name: str, function: Callable[[], Any]) -> Any:
        """Carry the step out."""
        self.steps.append(name)
        return function()

    def sleep(self, seconds: float) -> None:
        """Remember how long a worker would have waited."""
        self.waited += seconds


class InlineWork:
    """Stands in for queue and worker: keeps what was started, each key once, and does it when told."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, list[Any]]] = []
        self.named: dict[int, str] = {}
        self.keys: set[str] = set()
        self.run = InlineRun()

    def start(self, name: str, key: str, region: str, arguments: list[Any]) -> None:  # noqa: ARG002  # the port's shape
        """Keep it for later, once for each key."""
        if key not in self.keys:
            self.keys.add(key)
            self.named[id(arguments)] = key
            self.waiting.append((name, arguments))

    def revive(self, name: str, key: str, region: str, arguments: list[Any]) -> None:
        """Do it again from its beginning, as nothing is recorded here."""
        self.keys.discard(key)
        self.start(name, key, region, arguments)

    def stop(self, key: str) -> None:
        """Take it out of what waits."""
        self.waiting = [one for one in self.waiting if self.named[id(one[1])] != key]

    def history(self, key: str) -> list[Done]:  # noqa: ARG002  # the port's shape
        """Nothing is recorded here."""
        return []

    def drain(self) -> None:
        """Do all that waits, and what that starts, until nothing waits."""
        while self.waiting:
            name, arguments = self.waiting.pop(0)
            if name.startswith("reaction:"):
                react(name.removeprefix("reaction:"), *arguments)
            else:
                TASKS[name].carry_out(self.run, *arguments, key=self.named[id(arguments)])
