"""The files of the repository that the checks read."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def tracked(root: Path = ROOT) -> list[Path]:
    """Every file that git tracks or would add; all files where the folder is no clone."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if listing.returncode:
        return [path for path in sorted(root.rglob("*")) if path.is_file() and ".git" not in path.parts]
    paths = (root / name for name in sorted(filter(None, listing.stdout.split("\0"))))
    return [path for path in paths if path.is_file()]


def python(root: Path = ROOT) -> Iterator[tuple[str, ast.Module]]:
    """Path from the root and syntax tree of each Python file that a person wrote; migrations are made by a tool."""
    for path in tracked(root):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".py" and "/migrations/" not in name:
            yield name, ast.parse(path.read_text(), name)
