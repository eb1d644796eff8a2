"""Microsoft Graph as the simulator serves it."""

from simulator.graph.routes import handle

__all__ = ["handle"]
