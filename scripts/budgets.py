"""Sizes that nothing outgrows: functions, views, actions, tests, files, templates, nesting, positional parameters.

An exception is one line in `budgets.txt` beside this file: measure, place, size. A line that is no longer needed, or
larger than what it excuses, fails: the file may only shrink.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import sources

LIMITS = {
    "function": 50,
    "view": 20,
    "action": 25,
    "test": 40,
    "file": 400,
    "template": 150,
    "positional": 5,
    "nesting": 3,
}
EXCEPTIONS = Path(__file__).with_name("budgets.txt")
DOORS = {"page", "operation"}
DOOR_FILES = {"views", "api", "tools"}
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Size:
    """How large one thing is."""

    measure: str
    place: str
    lines: int

    @property
    def excess(self) -> bool:
        """Whether it is over its budget."""
        return self.lines > LIMITS[self.measure]


def main() -> int:
    """Print what is over budget; 1 when something is."""
    sizes = list(everything())
    wrong = judge(sizes, EXCEPTIONS.read_text().splitlines())
    print(*wrong, sep="\n", end="\n" if wrong else "")
    for measure in ("function", "test"):
        lines = [size.lines for size in sizes if size.measure == measure] or [0]
        print(f"{measure}s: {len(lines)}, median {statistics.median(lines):g} lines, longest {max(lines)}")
    return 1 if wrong else 0


def everything(root: Path = sources.ROOT) -> Iterator[Size]:
    """The size of each thing under the root that has a budget."""
    for name, tree in sources.python(root):
        yield Size("file", name, len((root / name).read_text().splitlines()))
        yield from functions(name, tree)
    for path in sources.tracked(root):
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield Size("template", path.relative_to(root).as_posix(), len(path.read_text().splitlines()))


def functions(name: str, tree: ast.Module) -> Iterator[Size]:
    """Length, nesting and positional parameters of each function of a file."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            place = f"{name}::{node.name}"
            yield Size(kind(name, node), place, length(node))
            yield Size("nesting", place, depth(node.body))
            by_name = is_command(node) or kind(name, node) == "test"  # options and fixtures are given by name
            yield Size("positional", place, 0 if by_name else positional(node))


def kind(name: str, function: Function) -> str:
    """Which budget a function falls under: by its door, by its file, or by its name."""
    called = {ast.unparse(item.func if isinstance(item, ast.Call) else item) for item in function.decorator_list}
    if "/tests/" in f"/{name}" and function.name.startswith("test_"):
        return "test"
    parts = set(Path(name).with_suffix("").parts)
    if called & DOORS or (parts & DOOR_FILES and not function.name.startswith("_")):
        return "view"
    return "action" if "actions" in parts and not function.name.startswith("_") else "function"


def is_command(function: Function) -> bool:
    """Whether the command line calls it, which gives every parameter by its name."""
    return any(".command(" in ast.unparse(item) for item in function.decorator_list)


def length(function: Function) -> int:
    """Lines from `def` to the end, the docstring not counted."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def depth(statements: Iterable[ast.stmt]) -> int:
    """How deep blocks stand in each other; `elif` is no deeper than its `if`."""
    return max((_depth(statement) for statement in statements), default=0)


def _depth(statement: ast.stmt) -> int:
    if not isinstance(statement, BLOCKS):
        return 0
    if isinstance(statement, ast.If) and len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
        return max(1 + depth(statement.body), _depth(statement.orelse[0]))
    return 1 + depth(_inside(statement))


def _inside(block: ast.stmt) -> Iterator[ast.stmt]:
    for field in ("body", "orelse", "finalbody"):
        yield from getattr(block, field, ())
    for part in (*getattr(block, "handlers", ()), *getattr(block, "cases", ())):
        yield from part.body


def positional(function: Function) -> int:
    """Parameters that may be given by place, `self` and `cls` not counted."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in names if name not in {"self", "cls"}])


def judge(sizes: Iterable[Size], exceptions: Iterable[str]) -> list[str]:
    """A sentence for each thing over budget without an exception, and for each exception that should shrink."""
    excused = dict(_excuse(line) for line in exceptions if line and not line.startswith("#"))
    found = {(size.measure, size.place): size for size in sizes if size.excess}
    over = [
        f"{size.place} has {size.lines} ({size.measure}, at most {LIMITS[size.measure]})."
        for key, size in found.items()
        if size.lines > excused.get(key, 0)
    ]
    slack = [
        f"budgets.txt excuses {measure} {place} up to {allowed}: lower it to what it is, or delete the line."
        for (measure, place), allowed in excused.items()
        if (measure, place) not in found or found[measure, place].lines < allowed
    ]
    return over + slack


def _excuse(line: str) -> tuple[tuple[str, str], int]:
    measure, place, lines = line.split()
    return (measure, place), int(lines)


if __name__ == "__main__":
    sys.exit(main())
