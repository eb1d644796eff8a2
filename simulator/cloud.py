"""What one process of the simulator holds: world, store, keys, faults, settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    trusted: tuple[str, ...] = ()  # certificate authorities of receivers, besides the own one

    def lagging(self, seconds: float) -> Cloud:
        """The same cloud whose lists are so many seconds behind."""
        return replace(self, world=self.world.lagging(seconds))
