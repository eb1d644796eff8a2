"""`tenantry backup` and `tenantry restore`: every database of the deployment, and what a restore needs besides.

A backup holds the rows, the files of the data folder that stand in no row, and the deployment's two keys, those only
when there is a passphrase to seal them under: keys in the clear beside the data that they open protect nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from rich.console import Console

from tenantry.engines.postgres import addresses, archive, backup, restore
from tenantry.engines.postgres.archive import BackupError
from tenantry.engines.postgres.server import ServerError
from tenantry.shell import passphrase

console = Console(highlight=False, soft_wrap=True)
FILES = ("apps.json",)  # registrations at Microsoft, their secrets sealed; people's files stand in rows
DATABASES, FOLDER, KEYS = "databases", "files", "keys"


def back_up(path: Path, regions: list[str]) -> int:
    """Write a backup of everything, or of the databases named; returns the exit code."""
    return _answered(lambda: _back_up(path, _wanted(regions)))


def take_back(path: Path, *, replace: bool) -> int:
    """Restore a backup into an empty deployment, or in place of what stands; returns the exit code."""
    return _answered(lambda: _take_back(path, replace=replace))


def _answered(act: Callable[[], None]) -> int:
    try:
        act()
    except (BackupError, ServerError) as error:
        console.print(str(error))
        return 1
    return 0


def _every() -> list[str]:
    """The order matters: see `backup.moment`."""
    return [*settings.REGIONS, addresses.WORK, addresses.DIRECTORY]


def _wanted(named: list[str]) -> list[str]:
    for unknown in set(named) - set(_every()):
        raise BackupError(f"This deployment has no database {unknown}. It has {', '.join(_every())}.")
    return [alias for alias in _every() if not named or alias in named]


def _back_up(path: Path, aliases: list[str]) -> None:
    secret = _passphrase()
    places = {alias: addresses.keeper(alias, *_server()) for alias in aliases}
    with archive.writing(path) as writer, backup.moment(places) as snapshots:
        taken = datetime.now(UTC).isoformat(timespec="seconds")
        for alias, at in places.items():
            writer.add(f"{DATABASES}/{alias}", backup.dump(at, snapshots[alias]))
        for name in FILES:
            if (settings.DATA / name).exists():
                writer.add(f"{FOLDER}/{name}", [(settings.DATA / name).read_bytes()])
        if secret:
            writer.add(KEYS, [passphrase.locked(_keys(), secret)])
        had = {alias: sorted(map(list, restore.known_as(places, alias))) for alias in aliases}
        facts = {"taken": taken, "databases": aliases, "migrations": had, "keys": passphrase.marks(_keys())}
        writer.close(facts, settings.SECRET_KEY)
    _say_written(path, aliases, taken, with_keys=bool(secret))


def _passphrase() -> str:
    given: str = settings.BACKUP_PASSPHRASE
    if given and len(given) < passphrase.SHORTEST:
        raise BackupError(f"BACKUP_PASSPHRASE is short: at least {passphrase.SHORTEST} characters.")
    return given


def _server() -> tuple[Path, str, str]:
    return settings.DATA, settings.DATABASE_URL, settings.SECRET_KEY


def _keys() -> dict[str, str]:
    return {name: getattr(settings, name) for name in passphrase.KEYS}


def _say_written(path: Path, aliases: list[str], taken: str, *, with_keys: bool) -> None:
    console.print(f"{path}: {path.stat().st_size / 1e6:,.1f} MB, as of {taken}: {', '.join(aliases)}.")
    if with_keys:
        console.print("The keys are inside, sealed under BACKUP_PASSPHRASE. Keep the passphrase elsewhere.")
        return
    console.print("SECRET_KEY and SEAL_KEY are not inside, since no BACKUP_PASSPHRASE is set. Keep them elsewhere:"
                  " without them nobody can sign in, and sealed values stay closed.")  # fmt: skip


def _take_back(path: Path, *, replace: bool) -> None:
    facts, signed = archive.read(path)
    aliases: list[str] = facts["databases"]
    _refuse_unknown(facts)
    keys = _keys_for(path, facts)
    if not signed(keys["SECRET_KEY"]):
        raise BackupError(f"{path} was changed after it was written: its signature is wrong. It is not restored.")
    at = restore.Deployment(settings.DATA, settings.DATABASE_URL, keys["SECRET_KEY"])
    full = restore.standing(at, aliases)
    if full and not replace:
        raise BackupError(f"There is data already in {', '.join(full)}. --replace puts the backup in its place.")
    with _undone(at, aliases):
        for alias in aliases:
            console.print(f"Filling {alias}")
            restore.load(at, alias, archive.member(path, f"{DATABASES}/{alias}"))
        restore.change_over(at, aliases)
    _write_files(path, facts)
    _write_keys(keys)
    _migrate()
    console.print(f"Restored as of {facts['taken']}.")


def _refuse_unknown(facts: dict[str, Any]) -> None:
    """A region that this deployment has not, or tables of a newer version."""
    missing = sorted(set(facts["databases"]) - set(_every()))
    if missing:
        raise BackupError(f"The backup holds {', '.join(missing)}, which REGIONS does not name.")
    known = set(MigrationLoader(None).disk_migrations)
    newer = {(app, name) for had in facts["migrations"].values() for app, name in had} - known
    if newer:
        app, name = min(newer)
        raise BackupError(f"The backup is of a newer version of Tenantry ({app} {name}). Install that version first.")


def _keys_for(path: Path, facts: dict[str, Any]) -> dict[str, str]:
    """This deployment's keys if they are the backup's, else those sealed inside it."""
    if passphrase.marks(_keys()) == facts["keys"]:
        return _keys()
    if KEYS not in facts["members"] or not settings.BACKUP_PASSPHRASE:
        raise BackupError("The backup belongs to other keys. Set SECRET_KEY and SEAL_KEY to those of its deployment"
                          " or, where they are sealed inside, BACKUP_PASSPHRASE.")  # fmt: skip
    fixed = [name for name in passphrase.KEYS if os.environ.get(name) or os.environ.get(f"{name}_FILE")]
    if fixed:
        raise BackupError(f"{' and '.join(fixed)} in the environment are not the backup's: take them out, or set them.")
    keys = passphrase.unlocked(b"".join(archive.member(path, KEYS)), settings.BACKUP_PASSPHRASE)
    if keys is None:
        raise BackupError("BACKUP_PASSPHRASE is not the one under which the keys were sealed.")
    return keys


@contextmanager
def _undone(at: restore.Deployment, aliases: Iterable[str]) -> Iterator[None]:
    """What stood is untouched until all databases are filled; what was filled so far goes when one fails."""
    try:
        yield
    finally:
        restore.forget(at, aliases)


def _write_files(path: Path, facts: dict[str, Any]) -> None:
    for name in FILES:
        if f"{FOLDER}/{name}" in facts["members"]:
            _private(settings.DATA / name, b"".join(archive.member(path, f"{FOLDER}/{name}")))


def _write_keys(keys: dict[str, str]) -> None:
    if keys != _keys():
        for name, value in keys.items():
            _private(settings.DATA / name.lower(), value.encode())


def _private(path: Path, content: bytes) -> None:
    fresh = path.with_name(f"{path.name}.restoring")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    fresh.replace(path)


def _migrate() -> None:
    """In a process of its own, which reads the keys that were just written."""
    done = subprocess.run([sys.executable, "-m", "tenantry.shell.cli", "migrate"], check=False)
    if done.returncode:
        raise BackupError("The data is back, but not brought to this version. See above, then run: tenantry migrate")
