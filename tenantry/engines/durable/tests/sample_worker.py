"""A worker with a sample task, run as a process of its own by the kill test."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

django.setup()

from tenantry.engines.durable import step, task  # noqa: E402
from tenantry.engines.durable.worker import run  # noqa: E402

FOLDER = Path(os.environ["SAMPLE_FOLDER"])


@task("sample.write")
def write(number: int) -> None:
    for part in range(4):
        step(f"part {part}", _write, number, part)


def _write(number: int, part: int) -> int:
    with (FOLDER / f"{number}-{part}").open("a") as out:
        out.write("x")
    time.sleep(0.05)
    return part


if __name__ == "__main__":
    run(sys.argv[1])
