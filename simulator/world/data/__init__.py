"""What the worlds are drawn from: data files, read once."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@functools.cache
def table(name: str) -> dict[str, Any]:
    """The data file of a name."""
    found: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    return found
