"""The same seed gives the same bodies: in another process, with another hash seed, and on another Python."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import simulator

PRINT = """
import hashlib, json, pathlib, sys
from simulator import schema
from simulator.graph import permissions
from simulator.store import Store
from simulator.tests.direct import Caller, cloud_in
from simulator.world.kinds import collections

folder = pathlib.Path(sys.argv[1])
store = Store(folder / "overlay")
store.write(b"clock", {"offset": 0.0, "frozen": "2026-06-01T08:00:00+00:00"})
store.close()
everything = {name for row in permissions.table().values() for names in row.values() for name in names}
caller = Caller(cloud_in(folder, "demo", int(sys.argv[2])), "isar.example",
                (*sorted(everything), "AuditLog.Read.All"))
kinds = [schema.kind(entity) for entity in sorted(collections())]
paths = [kind.path for kind in kinds if "list" in kind.serves]
paths += [f"{kind.path}/delta" for kind in kinds if "delta" in kind.serves]
paths += [f"{kind.path}?$expand={name}" for kind in kinds for name in sorted(kind.expand)]
paths += ["/users?$select=id,assignedPlans,lastPasswordChangeDateTime&$filter=userType eq 'Guest'"]
group = {"displayName": "A", "mailEnabled": False, "mailNickname": "a", "securityEnabled": True}
made = json.loads(caller.send("POST", "/groups", group).body)
caller.send("PATCH", f"/groups/{made['id']}", {"description": "B"})
found = [[path, json.loads(caller.send("GET", path).body).get("value")] for path in (*paths, "/groups/delta")]
print(hashlib.sha256(json.dumps([made, found, caller.cloud.world.now().isoformat()]).encode()).hexdigest())
print(sum(len(value or ()) for _path, value in found))
"""
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def _told(folder, seed, hash_seed="1", python=sys.executable):
    """The hash of everything that is served, and how many objects that was."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(simulator.__file__).parents[1])}
    ran = subprocess.run([python, "-c", PRINT, str(folder), str(seed)], env=environment, capture_output=True,
                         text=True, check=True, timeout=120)  # fmt: skip
    return ran.stdout.split()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return _told(tmp_path_factory.mktemp("sim"), 7)


@pytest.mark.rule("SIM-54")
def test_equal_seeds_give_equal_bodies(told, tmp_path):
    """Two instances of one seed answer alike, whatever PYTHONHASHSEED is; another seed answers otherwise."""
    assert int(told[1]) > 1500
    assert _told(tmp_path / "same", 7, "2") == told
    assert _told(tmp_path / "other", 8)[0] != told[0]


@pytest.mark.rule("SIM-54")
@pytest.mark.parametrize("version", [one for one in VERSIONS if one != f"3.{sys.version_info.minor}"])
def test_another_python_gives_equal_bodies(told, tmp_path, version):
    """Bodies are equal on every Python version that is here with the simulator's packages."""
    assert _told(tmp_path, 7, python=_python(version)) == told


def _python(version):
    """An interpreter of the version; SIMULATOR_PYTHONS may name prepared ones, parted by colons."""
    named = [one for one in os.environ.get("SIMULATOR_PYTHONS", "").split(":") if one]
    found = [one for one in (*named, shutil.which(f"python{version}")) if one and _can(one) == f"{version} yes"]
    if not found:
        pytest.skip(f"No Python {version} with the simulator's packages is here; SIMULATOR_PYTHONS can name one.")
    return found[0]


@functools.cache
def _can(python):
    asked = (
        "import sys; print(f'{sys.version_info[0]}.{sys.version_info[1]}'); import msgspec, lmdb, joserfc; print('yes')"
    )
    ran = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False, timeout=30)
    return " ".join(ran.stdout.split())
