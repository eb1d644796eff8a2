"""The measured side: answers requests through WSGI in this process, and tells what they cost.

It runs in each contestant's own environment, so it imports nothing but the standard library.
"""

from __future__ import annotations

import gc
import io
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = "@bench "
WARM = 10


@dataclass
class Ask:
    """A page to ask for, and the bytes that each of its rows holds once, so that it is known to show them."""

    path: str
    query: str
    cookie: str
    row: bytes
    rows: int = 50
    headers: tuple[tuple[str, str], ...] = ()

    def environ(self) -> dict[str, Any]:
        """What a web server would hand on."""
        return {
            "REQUEST_METHOD": "GET", "PATH_INFO": self.path, "QUERY_STRING": self.query, "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": self.cookie, "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_LANGUAGE": "en", "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers},
        }  # fmt: skip


def answer(application: Any, ask: Ask) -> bytes:
    """The whole body; fails when the page does not show the rows that it was asked for."""
    told: list[str] = []
    response = application(ask.environ(), lambda status, _headers, _error=None: told.append(status))
    body = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    if not told[0].startswith("200") or body.count(ask.row) != ask.rows:
        raise SystemExit(f"{ask.path}?{ask.query}: {told[0]}, {body.count(ask.row)} rows.\n{body[:2000].decode()}")
    return body


def on_processor(pids: Iterable[int]) -> float:
    """Seconds that these processes have run, by the kernel's own count."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids) / 1e9


def backends() -> list[int]:
    """The database processes that serve this process through Django."""
    from django.db import connections

    return [each.connection.info.backend_pid for each in connections.all(initialized_only=True) if each.connection]


def keep_connections() -> None:
    """Let none be renewed while its process is watched."""
    from django.db import connections

    for each in connections.all(initialized_only=True):
        each.settings_dict["CONN_MAX_AGE"] = each.close_at = None


def serve(application: Any, series: dict[str, list[Ask]], extra: dict[str, Callable[[], float]] | None = None) -> None:
    """Answer lines of "<series> <requests>" on the standard input with the cost of that many requests."""
    for asks in series.values():
        for number in range(WARM):
            body = answer(application, asks[number % len(asks)])
    keep_connections()
    tell({"ready": sorted({**series, **(extra or {})}), "bytes": len(body)})
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        name, count = line.split()
        cost = _cost(application, series[name], int(count)) if name in series else {"cpu": (extra or {})[name]()}
        tell(cost)


def _cost(application: Any, asks: list[Ask], count: int) -> dict[str, float]:
    pids = backends()
    database, wall, cpu = on_processor(pids), time.perf_counter(), time.process_time()
    for number in range(count):
        answer(application, asks[number % len(asks)])
    cpu, wall, database = time.process_time() - cpu, time.perf_counter() - wall, on_processor(pids) - database
    return {"cpu": cpu / count, "wall": wall / count, "database": database / count}


def tell(what: dict[str, Any]) -> None:
    """A line to whoever asked."""
    sys.stdout.write(f"{MARK}{json.dumps(what)}\n")
    sys.stdout.flush()
