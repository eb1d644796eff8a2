"""What differs from the seed: one LMDB environment for each process, every write in one transaction.

A write that was answered survives killing the process; nothing is replayed at start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lmdb
import msgspec

MAP_SIZE = 4 << 30
LONGEST_KEY = 511  # LMDB's own limit


class Write:
    """An open write transaction; its changes stand once it ends without an error."""

    def __init__(self, transaction: Any) -> None:
        self._transaction = transaction

    def get(self, key: bytes) -> bytes | None:
        """The value as this transaction sees it."""
        found: bytes | None = self._transaction.get(key)
        return found

    def put(self, key: bytes, value: bytes) -> None:
        """Write a value."""
        self._transaction.put(key, value)

    def delete(self, key: bytes) -> None:
        """Take a value away."""
        self._transaction.delete(key)

    def next(self, name: str) -> int:
        """The next number of a counter, from 1."""
        key = b"n/" + name.encode()
        number = int(self.get(key) or b"0") + 1
        self.put(key, str(number).encode())
        return number


class Store:
    """Keys and values; open it after the fork, in the process that uses it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._environment = lmdb.open(str(folder), map_size=MAP_SIZE, sync=False, metasync=False, max_readers=64)
        self._environment.reader_check()

    def get(self, key: bytes) -> bytes | None:
        """A value, or None; a key longer than any that is written finds nothing."""
        if len(key) > LONGEST_KEY:
            return None
        with self._environment.begin() as transaction:
            found: bytes | None = transaction.get(key)
            return found

    def scan(self, prefix: bytes, after: bytes = b"") -> list[tuple[bytes, bytes]]:
        """All pairs whose key begins with the prefix, in order; with `after`, those behind that key."""
        found = []
        with self._environment.begin() as transaction, transaction.cursor() as cursor:
            there = cursor.set_range(after or prefix)
            while there and cursor.key().startswith(prefix):
                if cursor.key() != after:
                    found.append((bytes(cursor.key()), bytes(cursor.value())))
                there = cursor.next()
        return found

    @contextmanager
    def begin(self) -> Iterator[Write]:
        """One write transaction over all processes at a time."""
        with self._environment.begin(write=True) as transaction:
            yield Write(transaction)

    def read(self, key: bytes) -> Any:
        """A JSON value, or None."""
        found = self.get(key)
        return None if found is None else msgspec.json.decode(found)

    def write(self, key: bytes, value: Any) -> None:
        """Write one JSON value."""
        with self.begin() as write:
            write.put(key, msgspec.json.encode(value))

    def clear(self) -> None:
        """Return to the seed: forget every difference."""
        with self._environment.begin(write=True) as transaction, transaction.cursor() as cursor:
            there = cursor.first()
            while there:
                there = cursor.delete() and bool(cursor.key())

    def close(self) -> None:
        """Close the environment."""
        self._environment.close()
