"""No lock names a host."""

from __future__ import annotations

import pytest

from scripts import locks


def test_every_lock_of_the_repository_is_read_and_clean():
    assert {"requirements/runtime.lock", "requirements/dev.lock"} <= set(locks.locks())
    assert locks.main() == 0


@pytest.mark.parametrize(
    "line",
    [
        '      "resolved": "https://registry.example/x.tgz",',
        "x @ git+https://host.example/x",
        "--index-url https://mirror.example/simple",
        "--extra-index-url mirror",
        "registry=//mirror.example",
        "    # from file:///srv/wheels/x.whl",
    ],
)
def test_an_address_is_caught(line):
    assert len(locks.addresses("x.lock", f"x==1 \\\n{line}\n")) == 1


def test_names_and_hashes_and_where_to_give_are_no_addresses():
    assert locks.addresses("x.lock", 'x==1 \\\n    --hash=sha256:00ff\n        "url": "https://fund.example/x"\n') == []
