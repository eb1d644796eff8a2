"""What the front-end build left behind: the hashed names of script, style sheet and icon sprite."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).resolve().parent / "static" / "built"
ENTRY = "src/main.js"


def script() -> str:
    """The address of the one script."""
    return static(f"built/{_manifest().get('file', 'main.js')}")


def styles() -> list[str]:
    """The addresses of the style sheets that the script's entry names."""
    return [static(f"built/{name}") for name in _manifest().get("css", ["main.css"])]


def sprite() -> str:
    """The address of the sprite that holds every icon."""
    return _address(_icons().get("sprite", "icons.svg"))


def has_icon(name: str) -> bool:
    """Whether the build put an icon of this name into the sprite; before the first build every name will do."""
    names = _icons().get("names")
    return names is None or name in names


def _manifest() -> dict[str, Any]:
    entry: dict[str, Any] = _read("manifest.json").get(ENTRY, {})
    return entry


def _icons() -> dict[str, Any]:
    return _read("icons.json")


@lru_cache(maxsize=8)
def _address(name: str) -> str:
    return static(f"built/{name}")


def _read(name: str) -> dict[str, Any]:
    return _parsed(name, (FOLDER / name).stat().st_mtime_ns if settings.DEBUG and (FOLDER / name).exists() else 0)


@lru_cache(maxsize=8)
def _parsed(name: str, built_at: int) -> dict[str, Any]:  # noqa: ARG001  # in development read again when built again
    path = FOLDER / name
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found
