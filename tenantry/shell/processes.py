"""The processes of a deployment: the private database where none is named, and the web server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT = "TENANTRY_DATABASE_KEPT"


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """The private PostgreSQL of the data folder, unless DATABASE_URL names a server."""
    from django.conf import settings

    from tenantry.engines.postgres import server

    if settings.DATABASE_URL:
        yield
        return
    with server.running(folder):
        yield


def beside_database(*arguments: str) -> int | None:
    """Keep the private database up while this very command runs in a child, and give the child's exit code.

    None means that somebody else keeps the database, as the demo does for its children: the command goes on itself.
    """
    from django.conf import settings

    if settings.DATABASE_URL or os.environ.get(KEPT):
        return None
    with database(settings.DATA):
        command = [sys.executable, "-m", "tenantry.shell.cli", *arguments]
        child = subprocess.Popen(command, env={**os.environ, KEPT: "yes"}, start_new_session=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: child.terminate())
        return child.wait()


def prepare_databases() -> None:
    """Roles, databases and tables of this version; safe to run again."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tenantry.engines.durable.client import prepare

    prepare()


def web(host: str, port: int, threads: int) -> None:
    """Become the web server: gunicorn with threads, in this process's place."""
    command = [
        sys.executable, "-m", "gunicorn", "tenantry.config.wsgi:application", "--bind", f"{host}:{port}",
        "--worker-class", "gthread", "--threads", str(threads), "--keep-alive", "60", "--no-control-socket",
        "--graceful-timeout", "5", "--config", "python:tenantry.config.gunicorn",
    ]  # fmt: skip
    os.environ["TENANTRY_WEB"] = "yes"
    os.execv(sys.executable, command)  # noqa: S606  # no shell: the same interpreter with fixed arguments
