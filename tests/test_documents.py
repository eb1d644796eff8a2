"""The documents at the root and in docs/ are true where a machine can tell."""

from __future__ import annotations

import ast
import re

import pytest

from scripts import sources

ROOT = sources.ROOT
PAGES = [path for path in sources.tracked() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
FILE = re.compile(r"`((?:tenantry|simulator|tests|scripts|docs|frontend)/[\w./-]+)`")


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    broken = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_and_tests_that_are_named_exist(page):
    text = page.read_text()
    missing = [file for file in FILE.findall(text) if not (ROOT / file).exists() and "<" not in file]
    missing += [f"{file}::{test}" for file, test in TEST.findall(text) if test not in functions_of(file)]
    assert not missing


def functions_of(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text() if path.exists() else "")
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
