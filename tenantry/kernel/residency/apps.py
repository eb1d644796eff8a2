"""Residency as a Django application: the directory's tables and the check on homes."""

from __future__ import annotations

from django.apps import AppConfig


class ResidencyConfig(AppConfig):
    """Registers the check."""

    name = "tenantry.kernel.residency"
    label = "residency"

    def ready(self) -> None:
        from tenantry.kernel.residency import checks  # noqa: F401  # registers itself
