"""`.ci/run` is `make test`: its exit code, and pytest's closing line at the end."""

from __future__ import annotations

import os
import subprocess

import pytest

from scripts import sources

CLOSING = "================= 3 passed, 1 skipped in 1.50s ================="


@pytest.mark.parametrize("code", [0, 2])
@pytest.mark.parametrize("home", ["", "somewhere"])
def test_ci_ends_with_pytests_closing_line_and_its_code(tmp_path, code, home):
    make = tmp_path / "make"
    make.write_text(f'#!/bin/bash\n[ "$1" = test ] && echo "{CLOSING}"\necho "$HOME" >&2\necho later\nexit {code}\n')
    make.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"} | ({"HOME": str(tmp_path / home)} if home else {})
    done = subprocess.run([sources.ROOT / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == CLOSING
    assert done.stdout.splitlines()[1] != ""
