"""The asking side: contestants in processes of their own, asked in turn, so that a slow moment meets all of them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.contestant import MARK
from benchmarks.place import ROOT

ROUNDS, REQUESTS = 12, 20


@dataclass
class Contestant:
    """A program that answers as `contestant.serve` does."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: Any = None

    def __enter__(self) -> Contestant:
        whole = {**os.environ, **self.environment, "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=whole, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._heard()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(30)

    def cost(self, series: str, requests: int = REQUESTS) -> dict[str, float]:
        """Seconds a request, by kind."""
        self.process.stdin.write(f"{series} {requests}\n")
        self.process.stdin.flush()
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        for line in self.process.stdout:
            if line.startswith(MARK):
                return json.loads(line.removeprefix(MARK))
        raise SystemExit(f"{self.name} ended with {self.process.wait()}.")


def medians(entered: list[tuple[Contestant, str]]) -> list[dict[str, float]]:
    """The median cost over the rounds of each contestant's series, asked in turn."""
    with ExitStack() as stack:
        for contestant in {id(one): one for one, _series in entered}.values():
            stack.enter_context(contestant)
        rounds = [[one.cost(series) for one, series in entered] for _ in range(ROUNDS)]
    return [_median([costs[place] for costs in rounds]) for place in range(len(entered))]


def _median(costs: list[dict[str, float]]) -> dict[str, float]:
    return {kind: statistics.median(cost[kind] for cost in costs) for kind in costs[0]}
