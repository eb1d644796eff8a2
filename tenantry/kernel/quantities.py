"""Seats, counts and sizes: small values with units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Seats:
    """Seats of a product: how many are assigned out of how many were bought."""

    assigned: int
    bought: int

    @property
    def free(self) -> int:
        """Seats bought and not assigned; never below zero."""
        return max(self.bought - self.assigned, 0)

    def __add__(self, other: Seats) -> Seats:
        return Seats(self.assigned + other.assigned, self.bought + other.bought)
