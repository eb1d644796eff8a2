"""Budgets that all processes of a region share: a row for each, locked for the moment in which it is asked.

Rows are not logged: after a crash of the server the budgets begin anew, and Microsoft's answers correct them. Time is
the server's, so machines whose clocks differ agree.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec
import psycopg
from django.db import connections

from tenantry.engines.cloud.budget import Bucket, Budgets, Key, State
from tenantry.engines.cloud.models import Spending
from tenantry.kernel import clock
from tenantry.kernel.errors import Later

_TAKE = """INSERT INTO cloud_spending (key, state, used_at) VALUES (%s, '', now())
    ON CONFLICT (key) DO UPDATE SET used_at = now()
    RETURNING state, extract(epoch FROM clock_timestamp())::float8"""
_KEEP = "UPDATE cloud_spending SET state = %s WHERE key = %s"
_FORGET = "DELETE FROM cloud_spending WHERE used_at < now() - interval '1 day'"


class Shared(Budgets):
    """The budgets of a region, over one connection of their own, whichever thread asks."""

    def __init__(self, region: str) -> None:
        super().__init__()
        self._region = region
        self._connection: psycopg.Connection | None = None

    @contextmanager
    def opened(self, key: Key) -> Iterator[tuple[Bucket, float]]:
        """One budget, locked over all processes until it is written back; Later when the database does not answer."""
        name = _name(key)
        with self._lock:
            try:
                connection = self._open()
                with connection.transaction():
                    state, now = connection.execute(_TAKE, [name]).fetchone() or (b"", 0.0)
                    bucket = _read(state)
                    yield bucket, now
                    connection.execute(_KEEP, [msgspec.msgpack.encode(bucket), name])
            except psycopg.Error as error:
                self.close()
                raise Later("The budgets cannot be read.", seconds=2, code="unavailable") from error

    def close(self) -> None:
        """Let go of the connection; the next call opens one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _open(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            backend = connections.create_connection(self._region)
            self._connection = backend.get_new_connection(backend.get_connection_params())
            self._connection.autocommit = True
            self._connection.execute(_FORGET)
        return self._connection


@functools.cache
def kept(region: str) -> Budgets:
    """The budgets that the processes of a region share."""
    return Shared(region)


def look(keys: Iterable[Key]) -> dict[Key, State]:
    """How the budgets stand in the open scope's region; one from which nobody has taken anything is absent."""
    names = {_name(key): key for key in keys}
    rows = Spending.objects.filter(key__in=list(names)).values_list("key", "state")
    now = clock.now().timestamp()
    return {names[bytes(name)]: _read(state).state(names[bytes(name)].limits, now) for name, state in rows}


def _name(key: Key) -> bytes:
    return hashlib.blake2b("\0".join(key.place).encode(), digest_size=16).digest()


def _read(state: bytes | memoryview) -> Bucket:
    return msgspec.msgpack.decode(bytes(state), type=Bucket) if state else Bucket()
