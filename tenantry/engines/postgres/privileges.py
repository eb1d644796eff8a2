"""Runs PostgreSQL's programs without root's rights, which they refuse to run with."""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import subprocess
from pathlib import Path

ACCOUNT = "tenantry"
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


def prefix() -> tuple[str, ...]:
    """What stands before a program's name: nothing for an ordinary user.

    For root a user namespace of its own, in which the server is not root and its files yet stay root's; where the
    machine forbids that (as containers may), the system user `tenantry`, which `hand_over` makes.
    """
    if os.geteuid() != 0:
        return ()
    if namespaces_allowed():
        return NAMESPACE
    return ("setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups")


@functools.cache
def namespaces_allowed() -> bool:
    """Whether this machine lets root make a user namespace."""
    try:
        return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def hand_over(*folders: Path) -> None:
    """Give the server's folders to whoever will run it; does nothing unless that is the system user."""
    if not prefix() or namespaces_allowed():
        return
    _make_account()
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                shutil.chown(path, ACCOUNT, ACCOUNT)


def _make_account() -> None:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True)
