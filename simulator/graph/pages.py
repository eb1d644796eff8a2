"""Encoded pages on the disk, bounded and discardable: a page is made once until its tenant changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from simulator import schema
from simulator.cloud import Cloud
from simulator.world import Tenant
from simulator.world.draws import GENERATOR

LARGEST_CACHE = 512 << 20
HEAD = 64
"""Bytes of what follows and the count, before the page itself."""
WORTH_KEEPING = 16_384
"""Bytes: a smaller page is made as fast as it is read."""


@dataclass(frozen=True)
class Page:
    """The encoded end of an answer from its list on, the position that follows it, and the count if asked for."""

    tail: bytes
    following: int | None
    count: int | None


def kept(  # where the page belongs, and how it is made
    cloud: Cloud, tenant: Tenant, entity: str, asked: Any, make: Callable[[], Page], *, keep: bool
) -> Page:
    """A page from the disk, else made and put there."""
    if not keep:
        return make()
    world = cloud.world
    origin = (GENERATOR, schema.digest(), world.name, world.seed, world.epoch.isoformat())
    facts = (HEAD, *origin, f"{world.now():%Y-%m-%d}", tenant.id, entity, world.state(tenant), repr(asked))
    file = cloud.folder / "pages" / hashlib.blake2b(repr(facts).encode(), digest_size=20).hexdigest()
    page = _read(file)
    if page is None:
        page = make()
        if len(page.tail) >= WORTH_KEEPING:
            _write(file, page)
    return page


def _read(file: Path) -> Page | None:
    try:
        with file.open("rb", buffering=0) as known:
            following, count = msgspec.json.decode(known.read(HEAD))
            return Page(known.read(), following, count)
    except FileNotFoundError:
        return None


def _write(file: Path, page: Page) -> None:
    """Put a page in place whole; an empty cache begins when it has grown too large."""
    file.parent.mkdir(exist_ok=True)
    others = [entry for entry in os.scandir(file.parent) if entry.is_file()]
    if sum(entry.stat().st_size for entry in others) + len(page.tail) > LARGEST_CACHE:
        for entry in others:
            Path(entry.path).unlink(missing_ok=True)
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.write_bytes(msgspec.json.encode([page.following, page.count]).ljust(HEAD) + page.tail)
    unfinished.rename(file)
