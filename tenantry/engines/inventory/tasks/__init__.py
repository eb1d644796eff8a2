"""Background work: reading what is due, asking Microsoft to tell changes, and heeding what it tells."""

from tenantry.engines.inventory.tasks.cycles import cycle, first_read, forget, tick
from tenantry.engines.inventory.tasks.hearing import hear
from tenantry.engines.inventory.tasks.listening import listen, look

__all__ = ["cycle", "first_read", "forget", "hear", "listen", "look", "tick"]
