"""Mounts what the registry finds."""

from __future__ import annotations

from django.urls import include, path

from tenantry.kernel import registry
from tenantry.shell import urls as shell

handler404 = "tenantry.kernel.web.answers.missing"
handler500 = "tenantry.kernel.web.answers.broken"

urlpatterns = [
    *(path("", include(module.__name__)) for module in registry.named("urls").values()),
    path("", include(shell)),
]
