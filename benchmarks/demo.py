"""The demo as a person starts it, in a folder of its own, and a person who signs in."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from tenantry.shell.demo import PREPARED

WHO = "sophie@alpenrand.example"
PATIENCE = 300.0


class Demo:
    """A demo that was started by a command, and how long it took until somebody was signed in."""

    def __init__(self, command: list[str], folder: Path, data: Path) -> None:
        self.data, self.log, self.began = data, folder / "demo.log", time.monotonic()
        self.log.unlink(missing_ok=True)
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=folder, env={**kept, "TENANTRY_DATA": str(data)}, stdout=log,
                                            stderr=log, start_new_session=True)  # fmt: skip

    @property
    def address(self) -> str:
        """Where the portal answers."""
        return f"http://localhost:{json.loads((self.data / 'demo-ports.json').read_text())['web']}"

    def until_signed_in(self, told: str = "") -> float:
        """Seconds from the command to the page that a signed-in person sees, who waits until the demo has told this."""
        while time.monotonic() - self.began < PATIENCE:
            if self.process.poll() is not None:
                raise SystemExit(f"The demo ended with {self.process.returncode}.")
            with suppress(OSError, KeyError, ValueError, requests.RequestException):
                if self._prepared(told) and self._signed_in():
                    return time.monotonic() - self.began
            time.sleep(0.05)
        raise SystemExit("Nobody could sign in.")

    def _prepared(self, told: str) -> bool:
        return (self.data / PREPARED).exists() and told in self.log.read_text()

    def _signed_in(self) -> bool:
        password = json.loads((self.data / "demo-passwords.json").read_text())[WHO]
        session = requests.Session()
        session.trust_env = False
        shown = session.get(f"{self.address}/sign-in", timeout=5).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
        sent = {"email": WHO, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        page = session.post(f"{self.address}/sign-in", sent, timeout=10)
        return page.ok and "/sign-in" not in page.url

    def processes(self) -> list[tuple[int, str]]:
        """Every process of the demo and its command line: those of its sessions, and the database's."""
        found, known = [], {self.process.pid}
        for entry in sorted((path for path in Path("/proc").glob("[0-9]*")), key=lambda path: int(path.name)):
            with suppress(OSError):
                parent = int(re.sub(r"^.*\) ", "", (entry / "stat").read_text()).split()[1])
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                own = str(self.data) in words or parent in known or int(entry.name) in known
                if own:
                    known.add(int(entry.name))
                    found.append((int(entry.name), words))
        return found

    def stop(self) -> None:
        """Ctrl-C."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


FOREIGN = (
    "TENANTRY_DATA", "DJANGO_SETTINGS_MODULE", "REGIONS", "CLOUD", "PORT", "MAKEFLAGS", "MAKELEVEL", "VIRTUAL_ENV",
)  # fmt: skip


@contextmanager
def running(command: list[str], folder: Path, data: Path) -> Iterator[Demo]:
    """A demo that is stopped in the end."""
    demo = Demo(command, folder, data)
    try:
        yield demo
    finally:
        demo.stop()
