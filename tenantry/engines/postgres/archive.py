"""The file of a backup: a tar of parts, written and read as a stream, with a signed list of them at its end.

It comes to its name only when it is whole. A part is a few megabytes, which is all that is held in memory.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PART = 8 * 1024 * 1024
LIST, SIGNATURE = "list.json", "signature"
FORMAT = 1


class BackupError(RuntimeError):
    """A backup could not be made or taken back; the message says why, and what to do."""


class Writer:
    """Adds members to a backup that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one member, in parts, as its bytes come."""
        whole, size = hashlib.sha256(), 0
        for number, part in enumerate(_parts(chunks)):
            self._put(f"{name}/{number:06d}", part)
            whole.update(part)
            size += len(part)
        self.members[name] = {"bytes": size, "sha256": whole.hexdigest()}

    def close(self, facts: dict[str, Any], secret: str) -> None:
        """Write the list of members, with what else there is to say, and its signature by the deployment's key."""
        text = json.dumps({**facts, "format": FORMAT, "members": self.members}, indent=1, sort_keys=True).encode()
        self._put(LIST, text)
        self._put(SIGNATURE, _signature(text, secret).encode())

    def _put(self, name: str, content: bytes) -> None:
        about = tarfile.TarInfo(name)
        about.size, about.mode = len(content), 0o600
        self._tar.addfile(about, io.BytesIO(content))
        self._tar.members = []  # type: ignore[attr-defined]  # else one entry for each part stays in memory


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new backup of this name, readable by its owner only; whatever goes wrong, no part of it stays.

    BackupError where a file of the name exists, or the disk has no room.
    """
    if path.exists():
        raise BackupError(f"{path} exists. Name a new file.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        with _private(partial) as file:
            with tarfile.open(fileobj=file, mode="w|") as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError as error:
        raise BackupError(f"{path} could not be written: {error.strerror}. Nothing of it was kept.") from error
    finally:
        partial.unlink(missing_ok=True)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART:
            yield bytes(waiting[:PART])
            del waiting[:PART]
    if waiting:
        yield bytes(waiting)


def read(path: Path) -> tuple[dict[str, Any], Callable[[str], bool]]:
    """The list of a backup, after every member was compared with it, and whether a secret has signed it.

    BackupError for a file that is cut, damaged, or no backup.
    """
    sums: dict[str, Any] = {}
    found: dict[str, bytes] = {}
    for name, content in _members(path):
        if name in (LIST, SIGNATURE):
            found[name] = content
        else:
            sums.setdefault(_whole(name), hashlib.sha256()).update(content)
    if set(found) != {LIST, SIGNATURE}:
        raise BackupError(f"{path} is cut: its end is missing. Take another copy of it.")
    facts = _facts(path, found[LIST])
    _compare(path, facts, {name: one.hexdigest() for name, one in sums.items()})
    signed = found[SIGNATURE].decode(errors="replace")
    return facts, lambda secret: hmac.compare_digest(_signature(found[LIST], secret), signed)


def _facts(path: Path, text: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(text)
    if facts.get("format") != FORMAT:
        raise BackupError(f"{path} was made by a newer version of Tenantry. Install that version first.")
    return facts


def _compare(path: Path, facts: dict[str, Any], sums: dict[str, str]) -> None:
    empty = hashlib.sha256().hexdigest()
    for name, about in facts["members"].items():
        if sums.get(name, empty) != about["sha256"]:
            raise BackupError(f"{path} is damaged: {name} is not what was written. Take another copy of it.")


def member(path: Path, name: str) -> Iterator[bytes]:
    """The bytes of one member."""
    return (content for part, content in _members(path) if _whole(part) == name)


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            for about in tar:
                content = tar.extractfile(about)
                yield about.name, content.read() if content else b""
                tar.members = []  # type: ignore[attr-defined]  # as above
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {path}.") from error
    except tarfile.TarError as error:
        raise BackupError(f"{path} is cut, or no backup of Tenantry. Take another copy of it.") from error
    except OSError as error:
        raise BackupError(f"{path} could not be read: {error.strerror}.") from error


def _whole(part: str) -> str:
    return part.rpartition("/")[0]


def _signature(text: bytes, secret: str) -> str:
    return hmac.new(f"backup {secret}".encode(), text, hashlib.sha256).hexdigest()
