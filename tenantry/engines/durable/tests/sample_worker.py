"""A worker with a sample task, run as a process of its own by the kill test."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django

django.setup()

from tenantry.engines.durable import every_minute, here, presence, step, task  # noqa: E402
from tenantry.engines.durable.worker import run  # noqa: E402
from tenantry.kernel import clock, scope  # noqa: E402
from tenantry.kernel.errors import Later, Refused  # noqa: E402

FOLDER = Path(os.environ["SAMPLE_FOLDER"])
presence.LOOKS_EVERY, presence.GONE_AFTER, presence.ENTERS_WITHIN = 0.3, 1.5, 2.0


@task("sample.write")
def write(number: int) -> None:
    for part in range(4):
        step(f"part {part}", _write, number, part)


@task("sample.wait")
def wait(number: int) -> None:
    step("patient", _once_refused, number)
    step("after", _write, number, 0)


@task("sample.fail")
def fail(number: int) -> None:
    step("before", _write, number, 0)
    step("broken", _divide, number)


@task("sample.doubt")
def doubt(number: int) -> None:
    step("before", _write, number, 0)
    step("doubtful", _refused_until_mended, number)
    step("after", _write, number, 1)


@every_minute("sample.tick")
def tick() -> None:
    with (FOLDER / "ticks.txt").open("a") as out:
        out.write(f"{clock.now().isoformat()}\n")


def _refused_until_mended(number: int) -> int:
    with (FOLDER / f"tries-{number}.txt").open("a") as out:
        out.write("x")
    if not (FOLDER / "mended").exists():
        raise Refused("The door of {name} is shut.", name="Contoso")
    return number


def _write(number: int, part: int) -> int:
    with here().opened():
        partner = scope.current().partner
    with (FOLDER / f"{number}-{part}").open("a") as out:
        out.write(str(partner))
    time.sleep(0.05)
    return part


def _once_refused(number: int) -> int:
    tries = FOLDER / f"tries-{number}.txt"
    tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
    if tries.read_text() == "x":
        raise Later("Not yet.", seconds=0.2)
    return number


def _divide(number: int) -> int:
    return number // 0


if __name__ == "__main__":
    run(sys.argv[1])
