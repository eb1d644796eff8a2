"""Starts the registry once all folders are loaded."""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel as a Django application."""

    name = "tenantry.kernel"
    label = "kernel"

    def ready(self) -> None:
        from tenantry.kernel import registry

        registry.start()
