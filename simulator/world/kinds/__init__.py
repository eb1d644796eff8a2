"""The kinds that the seed makes: one file each, and being there is the registration."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from simulator.world.kinds.kind import Collection


@functools.cache
def collections() -> dict[str, Collection]:
    """Every collection by its entity set."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    known = [module.COLLECTION for module in modules if hasattr(module, "COLLECTION")]
    return {collection.entity: collection for collection in known}


@functools.cache
def sorts() -> dict[str, str]:
    """The entity set of each sort of GUID."""
    return {collection.ids: entity for entity, collection in collections().items() if collection.ids}
