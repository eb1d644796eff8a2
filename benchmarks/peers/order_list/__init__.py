"""Installs pretix into an environment of its own, with a database of its own on the benches' server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg

from benchmarks.contest import Contestant
from benchmarks.place import CACHE, DATA, ROOT
from tenantry.engines.postgres import addresses

VERSION = "2026.8.0"
HOME = CACHE / f"pretix-{VERSION}"
PROGRAM = ROOT / "benchmarks" / "peers" / "order_list" / "serve.py"


def ready() -> Contestant:
    """The order list as a contestant; the first time it installs and migrates, which takes some minutes."""
    HOME.mkdir(parents=True, exist_ok=True)
    python = _installed()
    _configured()
    environment = {"PRETIX_CONFIG_FILE": str(HOME / "pretix.cfg"), "DJANGO_SETTINGS_MODULE": "pretix.settings"}
    whole = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    with (HOME / "prepare.log").open("w") as log:
        subprocess.run([python, PROGRAM, "prepare"], cwd=HOME, env=whole, stdout=log, stderr=log, check=True)
    return Contestant(f"pretix {VERSION}", [str(python), str(PROGRAM)], environment)


def _installed() -> Path:
    python = HOME / "env" / "bin" / "python"
    if not (HOME / "installed").exists():
        uv = str(ROOT / ".venv" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", str(HOME / "env")], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), f"pretix=={VERSION}"], check=True)
        (HOME / "installed").touch()
    return python


def _configured() -> None:
    at = addresses.admin(DATA, "")
    with psycopg.connect(**at, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pretix'").fetchone():
            connection.execute("CREATE DATABASE pretix")
    (HOME / "pretix.cfg").write_text(
        f"[pretix]\ninstance_name=Peer\nurl=http://localhost\ndatadir={HOME / 'data'}\n"
        f"[database]\nbackend=postgresql\nname=pretix\nuser=postgres\nhost={at['host']}\n"
        "[django]\nsecret=only for a bench\n"
    )
    (HOME / "data").mkdir(exist_ok=True)
