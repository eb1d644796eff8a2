"""Starts the three ports: workers share the cloud port, one process serves the other two."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from simulator.cloud import Cloud
from simulator.faults import Faults
from simulator.identity.keys import Keys
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


class PortTaken(RuntimeError):  # noqa: N818  # what was found
    """Somebody else listens there."""


class Protocol(HttpToolsProtocol):
    """Hands the transport to the application, so that a fault can break the connection."""

    def on_headers_complete(self) -> None:
        """Called before the application is."""
        super().on_headers_complete()
        self.scope["transport"] = self.transport  # type: ignore[typeddict-unknown-key]


def run(options: Options) -> None:
    """Serve until told to stop."""
    keys = Keys(options.folder)
    sockets = {name: bound(port) for name, port in _ports(options).items()}
    children = [_fork(options, keys, sockets["cloud"]) for _ in range(options.workers - 1)]
    try:
        asyncio.run(_serve(options, keys, sockets, announce=True))
    finally:
        for child in children:
            os.kill(child, signal.SIGTERM)
        for child in children:
            os.waitpid(child, 0)


def _ports(options: Options) -> dict[str, int]:
    return {"cloud": options.port, "browser": options.browser_port, "admin": options.admin_port}


def bound(port: int) -> socket.socket:
    """A listening loopback socket; PortTaken when somebody else has it."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        raise PortTaken(f"Port {port} is in use.") from None
    listener.listen(1024)
    listener.set_inheritable(True)
    return listener


def _twin(listener: socket.socket) -> socket.socket | None:
    """The same port on ::1, where the machine has it."""
    try:
        twin = socket.socket(socket.AF_INET6)
        twin.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        twin.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        twin.bind(("::1", listener.getsockname()[1]))
        twin.listen(1024)
    except OSError:
        return None
    return twin


def _fork(options: Options, keys: Keys, listener: socket.socket) -> int:
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_serve(options, keys, {"cloud": listener}, announce=False))
        finally:
            os._exit(0)
    return child


async def _serve(options: Options, keys: Keys, sockets: dict[str, socket.socket], *, announce: bool) -> None:
    store = Store(options.folder / "overlay")
    cloud = Cloud(load(options.world, options.seed, store), store, keys, Faults(store), options.folder)
    if announce:
        cloud.faults.remove()
    servers = [(_server(name, cloud, options), [one for one in (listener, _twin(listener)) if one is not None])
               for name, listener in sockets.items()]  # fmt: skip
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, [server for server, _listeners in servers])
    tasks = [asyncio.create_task(server.serve(sockets=listeners)) for server, listeners in servers]
    if announce:
        while not all(server.started for server, _listeners in servers):  # noqa: ASYNC110  # uvicorn has no event
            await asyncio.sleep(0.01)
        _announce(options, sockets)
    await asyncio.gather(*tasks)
    store.close()


def _stop(servers: list[_Server]) -> None:
    for server in servers:
        server.should_exit = True


def _announce(options: Options, sockets: dict[str, socket.socket]) -> None:
    known: dict[str, Any] = {name: listener.getsockname()[1] for name, listener in sockets.items()}
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
        import contextlib

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
