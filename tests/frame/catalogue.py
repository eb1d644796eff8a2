"""The permission catalogue beside what folders declare."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

CATALOGUE = Path("tenantry/portal/access/catalogue/permissions.toml")


def rows(root: Path) -> list[dict[str, Any]]:
    """The catalogue's rows."""
    return tomllib.loads((root / CATALOGUE).read_text())["permission"]


def differs(manifests: Iterable[Any], names: Iterable[str], folders: Iterable[str]) -> Iterator[str]:
    """Where a present folder's manifest does not declare exactly its rows of the catalogue."""
    declared = {manifest.name: set(manifest.permissions) for manifest in manifests}
    for folder in sorted({*declared, *folders}):
        wanted = {name for name in names if name.partition(".")[0] == folder}
        for name in sorted(wanted ^ declared.get(folder, set())):
            yield f"{folder}: {name} is {'missing from its manifest' if name in wanted else 'in no catalogue'}."
