"""The how-to pages are true: their commands are carried out, one after the other, in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from scripts import sources

ROOT = sources.ROOT
COMMANDS = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
PAGES = [page for page in sorted((ROOT / "docs" / "how-to").glob("*.md")) if COMMANDS.search(page.read_text())]
STAMPS = ("runtime", "dev", "messages")


@pytest.fixture
def copy():
    """A copy of the repository with this one's environment; its path is short, since sockets stand below it."""
    folder = Path(tempfile.mkdtemp(prefix="tn-"))
    for path in sources.tracked():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".build").mkdir()
    for stamp in STAMPS:
        (folder / ".build" / stamp).touch()
    yield folder
    shutil.rmtree(folder)


def run(command: str, folder: Path) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        ["bash", "-euc", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_commands_of_a_how_to_work(page, copy):
    for commands in COMMANDS.findall(page.read_text()):
        done = run(commands, copy)
        assert done.returncode == 0, f"{commands}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"


def test_a_module_cannot_take_a_name_that_stands(copy):
    done = run("make module name=customers", copy)
    assert done.returncode != 0
    assert "tenantry/portal/customers exists." in done.stdout
