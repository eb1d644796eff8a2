"""Collect the acceptance rules that tests prove, with the sentence of each, into docs/promises.md."""

from __future__ import annotations

import ast
import itertools
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import sources

PAGE = sources.ROOT / "docs" / "promises.md"
HEAD = """# Promises

Each rule of the specification that a test proves, with the test's own sentence. Written by `make promises`.
"""


@dataclass(frozen=True, order=True)
class Promise:
    """A rule, and a test that proves it."""

    rule: str
    test: str
    sentence: str

    @property
    def area(self) -> str:
        """The prefix of its file of the specification."""
        return self.rule.partition("-")[0]


def main(wish: str = "write") -> int:
    """Write the page, or with `check` compare it; 1 when it is out of date or a test says nothing."""
    found = sorted(promise for name, tree in sources.python() for promise in promises(name, tree))
    silent = [promise.test for promise in found if not promise.sentence]
    print(*(f"{test} proves a rule and has no docstring." for test in silent), sep="\n", end="\n" if silent else "")
    for area, number in sorted(Counter(area for area, _ in {(one.area, one.rule) for one in found}).items()):
        print(f"{area}: {number} {'rule' if number == 1 else 'rules'}")
    text = page(found)
    if wish == "check" and (not PAGE.exists() or PAGE.read_text() != text):
        print("docs/promises.md is out of date: run make promises.")
        return 1
    if wish == "write":
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text)
    return 1 if silent else 0


def promises(name: str, tree: ast.Module) -> Iterator[Promise]:
    """The rules that a file's tests name, in decorators or in the file's `pytestmark`."""
    if not Path(name).name.startswith(("test_", "cases")):
        return
    yield from _marked(tree.body, name, _of_file(tree))


def _of_file(tree: ast.Module) -> set[str]:
    marks = [node.value for node in tree.body if isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node)]
    return {rule for mark in marks for call in ast.walk(mark) for rule in _rules(call)}


def _marked(body: Iterable[ast.stmt], place: str, inherited: set[str]) -> Iterator[Promise]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        rules = inherited | {rule for call in node.decorator_list for rule in _rules(call)}
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, f"{place}::{node.name}", rules)
        elif node.name.startswith("test_"):
            sentence = " ".join((ast.get_docstring(node) or "").split())
            yield from (Promise(rule, f"{place}::{node.name}", sentence) for rule in rules)


def _rules(call: ast.AST) -> Iterator[str]:
    if isinstance(call, ast.Call) and ast.unparse(call.func) in {"rule", "pytest.mark.rule", "mark.rule"}:
        yield from (str(item.value) for item in call.args if isinstance(item, ast.Constant))


def page(found: Iterable[Promise]) -> str:
    """The page: a table for each area, a row for each test."""
    parts = [HEAD]
    for area, promised in itertools.groupby(found, key=lambda promise: promise.area):
        rows = [f"| {one.rule} | {one.sentence} | `{one.test}` |" for one in promised]
        parts.append("\n".join([f"## {area}\n", "| Rule | What holds | Test |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
