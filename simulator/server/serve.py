"""Starts the three ports: workers share the cloud port, one process serves the other two."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import socket
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator import counting, throttling
from simulator.cloud import Cloud
from simulator.faults import Faults
from simulator.identity.keys import Keys
from simulator.notifications import Watcher
from simulator.server.app import Port
from simulator.store import Store
from simulator.world import load


@dataclass(frozen=True)
class Options:
    """How to serve."""

    folder: Path
    world: str = "demo"
    seed: int = 1
    port: int = 18443
    browser_port: int = 18480
    admin_port: int = 18490
    workers: int = 1
    names: tuple[str, ...] = ()  # further hosts in the certificate
    ephemeral: bool = False
    trusted: tuple[str, ...] = ()  # files of certificate authorities of receivers of notifications


class PortTaken(RuntimeError):  # noqa: N818  # what was found
    """Somebody else listens there."""


class Protocol(HttpToolsProtocol):
    """Hands the transport to the application, so that a fault can break the connection."""

    def on_headers_complete(self) -> None:
        """Called before the application is."""
        super().on_headers_complete()
        self.scope["transport"] = self.transport  # type: ignore[typeddict-unknown-key]


def run(options: Options) -> None:
    """Serve until told to stop; PortTaken when another process listens on one of the ports."""
    keys = Keys(options.folder, options.names)
    sockets = {name: bound(port) for name, port in _ports(options).items()}
    with _overlay(options) as overlay:
        fork = functools.partial(_fork, options, keys, sockets["cloud"], overlay)
        lifeline = os.pipe()
        children = [fork(lifeline) for _ in range(options.workers - 1)]
        os.close(lifeline[0])
        asyncio.run(_serve(options, keys, sockets, overlay))
        os.close(lifeline[1])
        for child in children:
            os.waitpid(child, 0)


def _ports(options: Options) -> dict[str, int]:
    return {"cloud": options.port, "browser": options.browser_port, "admin": options.admin_port}


@contextlib.contextmanager
def _overlay(options: Options) -> Iterator[Path]:
    """The folder of what differs from the seed; an ephemeral one is gone afterwards."""
    if not options.ephemeral:
        yield options.folder / "overlay"
        return
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        yield Path(folder)


def bound(port: int) -> list[socket.socket]:
    """Listening sockets on 127.0.0.1 and, where the machine has it, ::1; PortTaken when somebody else has the port."""
    first = _listener(socket.AF_INET, "127.0.0.1", port)
    if not _has_six():
        return [first]
    try:
        return [first, _listener(socket.AF_INET6, "::1", first.getsockname()[1])]
    except PortTaken:
        first.close()
        if port:
            raise
        return bound(0)


def _has_six() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


def _listener(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as problem:
        listener.close()
        raise PortTaken(f"Port {port} cannot be used: {(problem.strerror or 'no reason given').lower()}.") from None
    return listener


def _fork(  # what a worker needs
    options: Options, keys: Keys, listeners: list[socket.socket], overlay: Path, lifeline: tuple[int, int]
) -> int:
    """A further worker of the cloud port; it ends when the parent's end of the pipe closes, however that happens."""
    child = os.fork()
    if child == 0:
        try:
            os.close(lifeline[1])
            asyncio.run(_serve(options, keys, {"cloud": listeners}, overlay, lifeline[0]))
        finally:
            os._exit(0)
    return child


async def _serve(
    options: Options, keys: Keys, sockets: dict[str, list[socket.socket]], overlay: Path, lifeline: int | None = None
) -> None:
    store = Store(overlay)
    cloud = Cloud(load(options.world, options.seed, store), store, keys, Faults(store), options.folder,
                  trusted=options.trusted)  # fmt: skip
    servers = [(_server(name, cloud, options), listeners) for name, listeners in sockets.items()]
    stop = functools.partial(_stop, [server for server, _listeners in servers])
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    if lifeline is None:
        _forget(cloud)
    else:
        loop.add_reader(lifeline, stop)
    tasks = [asyncio.create_task(server.serve(sockets=listeners)) for server, listeners in servers]
    while lifeline is None and not all(server.started for server, _ in servers):  # noqa: ASYNC110  # no event to await
        await asyncio.sleep(0.01)
    watcher = Watcher(cloud)
    if lifeline is None:
        watcher.start()
        _announce(options, sockets)
    await asyncio.gather(*tasks)
    if lifeline is not None or watcher.stop():
        store.close()


def _forget(cloud: Cloud) -> None:
    """Faults, counters and what was taken from limits do not outlive a restart."""
    cloud.faults.remove()
    counting.forget(cloud.store)
    throttling.forget(cloud.store)


def _stop(servers: list[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def _announce(options: Options, sockets: dict[str, list[socket.socket]]) -> None:
    known: dict[str, Any] = {name: listeners[0].getsockname()[1] for name, listeners in sockets.items()}
    path = options.folder / "ports.json"
    path.with_suffix(".new").write_text(json.dumps(known | {"pid": os.getpid()}))
    path.with_suffix(".new").rename(path)
    print(f"Simulated cloud at https://localhost:{known['cloud']} (world {options.world})", flush=True)  # noqa: T201


class _Server(uvicorn.Server):
    """Leaves signals to the process, which has several servers."""

    def install_signal_handlers(self) -> None:
        """Nothing to install."""

    def capture_signals(self) -> Any:
        """Nothing to capture."""
        return contextlib.nullcontext()


def _server(name: str, cloud: Cloud, options: Options) -> _Server:
    config = uvicorn.Config(
        Port(name, lambda: cloud), http=Protocol, loop="uvloop", lifespan="off", log_level="warning", access_log=False,
        timeout_keep_alive=75, timeout_graceful_shutdown=1, server_header=False,
    )  # fmt: skip
    if name == "cloud":
        config.ssl_certfile = str(options.folder / "leaf.pem")
        config.ssl_keyfile = str(options.folder / "leaf.key")
        config.ssl_version = ssl.PROTOCOL_TLS_SERVER
    return _Server(config)
