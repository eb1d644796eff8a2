"""Mounts every folder's api.py under one versioned root."""

from __future__ import annotations

from django.urls import path

from tenantry.kernel.rest.root import build

API = build()
PATTERNS = [path("api/v1/", API.urls)]
