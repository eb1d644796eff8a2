"""A bench in a process of its own: other databases and another cloud than its neighbours', and memory of its own."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from dataclasses import asdict

from benchmarks import place
from benchmarks.contestant import MARK, tell
from benchmarks.results import Figure

LONGEST = 900.0  # seconds, after which a bench is ended


def run(name: str) -> list[Figure]:
    """The figures of `benchmarks.<name>.measured()`; what else it says is passed on."""
    command = [str(place.PYTHON), "-m", "benchmarks.apart", name]
    process = subprocess.Popen(["timeout", str(LONGEST), *command], cwd=place.ROOT, stdout=subprocess.PIPE, text=True)
    figures: list[Figure] = []
    try:
        for line in process.stdout or ():
            if line.startswith(MARK):
                figures = [Figure(**one) for one in json.loads(line.removeprefix(MARK))["figures"]]
            else:
                print(f"  {line}", end="", flush=True)
    finally:
        process.terminate()
        ended = process.wait(60)
    if ended or not figures:
        raise SystemExit(f"{name} ended with {ended}.")
    return figures


def main(name: str) -> None:
    """Inside that process: the settings first, then the bench."""
    place.settings()
    os.environ.update({"DATABASE_PREFIX": f"{name}_", "SIMULATOR_DATA": str(place.DATA / f"cloud-{name}")})
    import django

    django.setup()
    tell({"figures": [asdict(one) for one in importlib.import_module(f"benchmarks.{name}").measured()]})


def whole(name: str, otherwise: int) -> int:
    """A size from the environment, for those who want a smaller one."""
    return int(os.environ.get(name, otherwise))


if __name__ == "__main__":
    main(sys.argv[1])
