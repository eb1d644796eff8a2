"""What one process of the simulator holds: world, store, keys, faults, settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.faults import Faults
from simulator.identity.keys import Keys
from simulator.store import Store
from simulator.world import World


@dataclass
class Cloud:
    """Handed to every handler."""

    world: World
    store: Store
    keys: Keys
    faults: Faults
    folder: Path
    name: str = "commercial"
