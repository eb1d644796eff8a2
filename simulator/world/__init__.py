"""Tenants and what is in them, drawn from a seed; nothing generated is stored."""

from simulator.world.people import Account
from simulator.world.tenants import Tenant
from simulator.world.world import World, load

__all__ = ["Account", "Tenant", "World", "load"]
