"""How long the tests take, as `make test` runs them."""

from __future__ import annotations

import subprocess
import time

from benchmarks import place
from benchmarks.results import Figure

LIMIT = 10.0  # minutes on two processors


def measure() -> list[Figure]:
    """Minutes of `make test`; a failing run measures nothing."""
    began = time.monotonic()
    subprocess.run(["make", "--silent", "test"], cwd=place.ROOT, check=True)
    return [Figure("make test", (time.monotonic() - began) / 60, "min", "limit", LIMIT)]
