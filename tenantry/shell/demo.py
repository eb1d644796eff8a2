"""`tenantry demo`: everything on one machine, supervised, with a small world that was made through the real doors."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

PATIENCE = 180.0
LONGEST_PAUSE = 30.0
PREPARED = "demo-prepared"
RECEIVER = "receiver"
"""The name of the certificate under which the simulated Microsoft tells the worker of changes."""
console = Console(highlight=False)


class Stopped(Exception):  # noqa: N818  # a wish, not an error
    """Somebody asked to stop."""


@dataclass
class Child:
    """A process that is started again, with growing pauses, when it ends by itself."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    next_start: float = 0.0

    def start(self, log: Path | None = None) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor alone; without a log it is heard."""
        if log is None:
            self._start()
            return
        log.mkdir(parents=True, exist_ok=True)
        with (log / f"{self.name}.log").open("ab") as out:
            self._start(stdout=out, stderr=out)

    def _start(self, **where: Any) -> None:
        self.process = subprocess.Popen(
            self.command, env={**os.environ, **self.environment}, start_new_session=True, **where
        )

    def watch(self, log: Path) -> None:
        """Start it again if it has ended and its pause is over."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.next_start:
            self.failures += 1
            self.next_start = now + min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
            console.print(f"[yellow]{self.name} ended; it starts again. See {log / (self.name + '.log')}[/yellow]")
        elif now >= self.next_start:
            self.next_start = 0.0
            self.start(log)

    def tell_failure(self) -> None:
        """Say once that it has failed; of a child that is not started again."""
        if self.process is not None and self.process.poll() not in (None, 0) and not self.failures:
            self.failures = 1
            console.print(f"[yellow]{self.name} failed; the next start goes on with it.[/yellow]")

    def stop(self) -> None:
        """Ask it to end, and end it after ten seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Ports:
    """The addresses of this data folder; chosen once, so that a second start finds the same."""

    web: int
    cloud: int
    browser: int
    admin: int
    notices: int

    @classmethod
    def of(cls, folder: Path, web: int) -> Ports:
        """Those kept in the folder, else free ones near the usual ones."""
        kept = folder / "demo-ports.json"
        known: dict[str, int] = json.loads(kept.read_text()) if kept.exists() else {}
        usual = {"web": web, "cloud": 18443, "browser": 18480, "admin": 18490, "notices": 18444}
        chosen = {name: known.get(name) or _free(port) for name, port in usual.items()}
        kept.write_text(json.dumps(chosen))
        return cls(**chosen)


def _free(wished: int) -> int:
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")


def taken(port: int) -> bool:
    """Whether somebody else listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(port: int, small: bool = False) -> int:
    """Start, seed, say who can sign in, watch; returns the exit code."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ports = Ports.of(folder, port)
    in_use = [number for number in vars(ports).values() if taken(number)]
    if in_use:
        console.print(f"[red]Port {in_use[0]} is in use. Is a demo running already? Stop it, then start again.[/red]")
        return 2
    _environment(folder, ports)
    try:
        with _interruptible(), _database(folder), _children(folder, ports) as children:
            _serve(folder, ports, children, small)
    except Stopped:
        console.print("Stopped. `make demo` goes on where it was.")
        return 0
    return 1


def data_folder() -> Path:
    """Where everything of this demo is kept; asked before the settings, which read the ports chosen there."""
    return Path(os.environ.get("TENANTRY_DATA", ".data")).resolve()


def _environment(folder: Path, ports: Ports) -> None:
    os.environ.update(
        {
            "TENANTRY_DATA": str(folder),
            "TENANTRY_DATABASE_KEPT": "yes",
            "DEMO": "yes",
            "CLOUD": "simulator",
            "PORT": str(ports.web),
            "NOTICES_URL": f"https://localhost:{ports.notices}/notices",
            "NOTICES_PORT": str(ports.notices),
            "NOTICES_CERTIFICATE": str(folder / "simulator" / f"{RECEIVER}.pem"),
            "NOTICES_KEY": str(folder / "simulator" / f"{RECEIVER}.key"),
            "DJANGO_SETTINGS_MODULE": "tenantry.config.settings",
        }
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    from tenantry.shell.processes import database

    with console.status("Starting the database"), database(folder):
        yield


@contextmanager
def _children(folder: Path, ports: Ports) -> Iterator[list[Child]]:
    children = [_simulator(folder, ports), _program("web", "serve", "--port", str(ports.web)),
                _program("worker", "worker", "--name", "worker-1")]  # fmt: skip
    try:
        yield children
    finally:
        with console.status("Stopping"):
            for child in reversed(children):
                child.stop()


def _program(name: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-m", "tenantry.shell.cli", *arguments])


def _simulator(folder: Path, ports: Ports) -> Child:
    where = ["--data", str(folder / "simulator"), "--port", str(ports.cloud), "--browser-port", str(ports.browser),
             "--admin-port", str(ports.admin)]  # fmt: skip
    return Child("simulator", [sys.executable, "-m", "simulator.cli", "serve", *where, "--world", "demo"])


def _serve(folder: Path, ports: Ports, children: list[Child], small: bool) -> None:
    log, prepared = folder / "log", folder / PREPARED
    prepared.unlink(missing_ok=True)
    simulator, web, worker = children
    simulator.start(log)
    web.start(log)
    with _seeding(ports, small) as seeding:
        with console.status("Starting the simulated Microsoft cloud, preparing the databases"):
            _wait_for(prepared.exists, [*children, seeding])
        _certify(folder)
        worker.start(log)
        while True:
            for child in children:
                child.watch(log)
            seeding.tell_failure()
            time.sleep(0.5)


def _certify(folder: Path) -> None:
    """A certificate of the simulated cloud's authority for the worker's listener; without one changes are read."""
    where = ["--data", str(folder / "simulator")]
    command = [sys.executable, "-m", "simulator.cli", "certificate", RECEIVER, "localhost", *where]
    subprocess.run(command, check=False, capture_output=True, timeout=60)


@contextmanager
def _seeding(ports: Ports, small: bool) -> Iterator[Child]:
    """What makes the world, at the same terminal; it ends by itself."""
    size = ["--small"] if small else []
    seeding = _program("seeding", "seed", "--portal", f"http://localhost:{ports.web}", *size)
    seeding.start()
    try:
        yield seeding
    finally:
        seeding.stop()


def _wait_for(ready: Callable[[], bool], children: list[Child]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        ended = [child.name for child in children if child.process is not None and child.process.poll() is not None]
        if ended or time.monotonic() > deadline:
            raise SystemExit(f"{', '.join(ended) or 'A part'} did not start; see the log folder of the data folder.")
        time.sleep(0.05)
