"""Where benches keep what they need: a data folder of their own in the repository, and peers in the user's cache."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".build" / "benchdata"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tenantry-bench"
REGION = "de-westcentral"
PYTHON = ROOT / ".venv" / "bin" / "python"


def settings() -> None:
    """Point the portal's settings at the benches' data folder; call before anything imports Django."""
    os.environ.update({
        "TENANTRY_DATA": str(DATA), "REGIONS": REGION, "CLOUD": "simulator", "PORT": "8000",
        "DJANGO_SETTINGS_MODULE": "tenantry.config.settings",
    })  # fmt: skip
    for foreign in ("DATABASE_URL", "DATABASE_PREFIX", "EDITION", "DEMO", "DEBUG"):
        os.environ.pop(foreign, None)


@contextmanager
def server() -> Iterator[Path]:
    """The benches' own PostgreSQL, as the portal runs it; yields the folder of its socket."""
    from tenantry.engines.postgres import server as postgres

    DATA.mkdir(parents=True, exist_ok=True)
    with postgres.running(DATA) as sockets:
        yield sockets


def machine() -> str:
    """The machine in a line: processors, memory, system, Python."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    system = f"{platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}"
    return f"{os.cpu_count()} × {next(names, platform.machine())}, {memory:.0f} GB, {system}"
