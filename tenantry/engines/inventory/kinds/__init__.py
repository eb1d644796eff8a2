"""Everything that is read from tenants: one small file for each kind; a new one is found by being here."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.kernel.errors import Missing


@functools.cache
def kinds() -> dict[str, Kind]:
    """All kinds by name, in the order in which a first read goes through them."""
    found = [
        importlib.import_module(f"{__name__}.{module.name}").KIND
        for module in pkgutil.iter_modules(__path__)
        if module.name != "kind"
    ]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: (kind.phase, kind.order))}


def kind(name: str) -> Kind:
    """The kind of that name; Missing for one that is gone."""
    if name not in kinds():
        raise Missing()
    return kinds()[name]
