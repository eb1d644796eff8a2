"""From a fresh clone to the signed-in page, and a second start, with the package caches as they are."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks import demo, place
from benchmarks.results import Figure

FRESH, AGAIN = 180.0, 5.0  # seconds, at most
STARTS = 3
WHO_CAN_SIGN_IN = "Ctrl-C stops all"  # the last words of that list, which holds the passwords


def measure() -> list[Figure]:
    """Seconds from the command to the page; of several second starts the median."""
    folder = Path(tempfile.mkdtemp(prefix="tenantry-fresh-"))
    try:
        subprocess.run(["git", "clone", "--quiet", str(place.ROOT), str(folder / "clone")], check=True)
        fresh = _until_signed_in(["make", "demo"], folder / "clone", WHO_CAN_SIGN_IN)
        again = sorted(_until_signed_in([".venv/bin/tenantry", "demo"], folder / "clone") for _ in range(STARTS))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Figure("fresh clone to the signed-in page", fresh, "s", "limit", FRESH),
        Figure("second start to the signed-in page", again[STARTS // 2], "s", "limit", AGAIN),
    ]


def _until_signed_in(command: list[str], folder: Path, told: str = "") -> float:
    with demo.running(command, folder, folder / ".data") as started:
        return started.until_signed_in(told)
