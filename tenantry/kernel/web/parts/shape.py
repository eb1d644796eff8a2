"""Attributes and classes of a part, written once."""

from __future__ import annotations

from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def attributes(**given: Any) -> SafeString:
    """Attributes, each after a space: `hx_get` becomes `hx-get`, True stands bare, None, False and "" are left out."""
    written = []
    for name, value in given.items():
        if value is None or value is False or value == "":
            continue
        spelt = name.rstrip("_").replace("_", "-")
        written.append(f" {spelt}" if value is True else f' {spelt}="{conditional_escape(value)}"')
    return mark_safe("".join(written))  # noqa: S308  # every value is escaped above


def classes(*names: str) -> str:
    """The names that are there, with a space between."""
    return " ".join(name for name in names if name)


def joined(pieces: list[SafeString] | tuple[SafeString, ...], between: str = "") -> SafeString:
    """Safe pieces as one safe string."""
    return mark_safe(between.join(pieces))  # noqa: S308  # pieces are safe by type
