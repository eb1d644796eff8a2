"""The home that a model or a resource kind declares."""

from __future__ import annotations

from enum import StrEnum


class Home(StrEnum):
    """Whose data centre keeps the row."""

    PARTNER = "partner"
    CUSTOMER = "customer"
    DIRECTORY = "directory"
