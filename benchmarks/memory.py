"""Memory of the whole portal at rest, shared pages counted once, without the simulated cloud."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

from benchmarks import demo, place
from benchmarks.results import Figure

LIMIT = 600.0  # MB
REST = 30.0  # seconds without anybody asking
PARTS = {
    "simulator": "simulator.cli", "seeding": "tenantry.shell.cli seed", "web": "gunicorn", "worker": "shell.cli worker",
    "database": "postgres", "supervisor": "tenantry demo",
}  # fmt: skip


def measure() -> list[Figure]:
    """Proportional set sizes, by part, after the demo's world has been made and read."""
    folder = place.ROOT / ".build" / "benchdemo"
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(place.PYTHON.with_name("tenantry")), "demo", "--port", "0"]
    with demo.running(command, folder, folder / "data") as started:
        started.until_signed_in()
        _wait_for_rest(started)
        parts = _by_part(started.processes())
    whole = sum(size for name, size in parts.items() if name not in {"simulator", "seeding"})
    return [
        Figure("memory at rest", whole, "MB", "limit", LIMIT),
        *(Figure(f"memory at rest, {name}", size, "MB") for name, size in sorted(parts.items())),
    ]


def _wait_for_rest(started: demo.Demo) -> None:
    while any(PARTS["seeding"] in words for _pid, words in started.processes()):
        time.sleep(1)
    time.sleep(REST)


def _by_part(processes: list[tuple[int, str]]) -> dict[str, float]:
    parts: dict[str, float] = {}
    for pid, words in processes:
        name = next((part for part, sign in PARTS.items() if sign in words), "other")
        parts[name] = parts.get(name, 0.0) + _share(pid)
    return parts


def _share(pid: int) -> float:
    """Its own pages and its part of those that it shares, in MB."""
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    return 0.0
